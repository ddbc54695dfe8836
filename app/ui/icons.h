#pragma once
// The icons the terminal uses, by meaning; the code points are those of Material Design Icons 1.6.
//
// Invariant: only glyphs of this list are baked into the atlas; a test checks that the font has
// each of them. To add one: a line here, with the code point from the font's style sheet.
// Thread: any. Ownership: constants.

#include <cstddef>
#include <cstdint>
#include <span>

namespace balie::ui {

// clang-format off
#define BALIE_ICONS(X) \
    X(Person, 0xF004) \
    X(People, 0xF00E) \
    X(PersonAdd, 0xF014) \
    X(PersonCircle, 0xF009) \
    X(Organisation, 0xF1D7) \
    X(Bank, 0xF070) \
    X(Store, 0xF4DC) \
    X(Search, 0xF349) \
    X(Add, 0xF415) \
    X(Remove, 0xF374) \
    X(Check, 0xF12C) \
    X(CheckCircle, 0xF5E1) \
    X(CheckAll, 0xF12D) \
    X(Close, 0xF156) \
    X(CloseCircle, 0xF159) \
    X(Warning, 0xF026) \
    X(WarningOutline, 0xF02A) \
    X(Error, 0xF028) \
    X(Info, 0xF2FD) \
    X(Star, 0xF4CE) \
    X(StarOutline, 0xF4D2) \
    X(Crown, 0xF1A5) \
    X(Flag, 0xF23B) \
    X(FlagOutline, 0xF23D) \
    X(Calendar, 0xF0ED) \
    X(CalendarToday, 0xF0F6) \
    X(CalendarCheck, 0xF0EF) \
    X(CalendarClock, 0xF0F0) \
    X(CalendarAdd, 0xF0F3) \
    X(Clock, 0xF150) \
    X(Timer, 0xF51B) \
    X(History, 0xF2DA) \
    X(Phone, 0xF3F2) \
    X(Mobile, 0xF11C) \
    X(Email, 0xF1EE) \
    X(Chat, 0xF369) \
    X(Video, 0xF567) \
    X(Web, 0xF59F) \
    X(Place, 0xF34E) \
    X(Walk, 0xF583) \
    X(Car, 0xF10B) \
    X(Home, 0xF2DC) \
    X(Settings, 0xF493) \
    X(Tune, 0xF62E) \
    X(Sync, 0xF4E6) \
    X(CloudDone, 0xF160) \
    X(CloudUpload, 0xF167) \
    X(CloudOff, 0xF164) \
    X(Cloud, 0xF163) \
    X(Online, 0xF5A9) \
    X(Offline, 0xF5AA) \
    X(Connected, 0xF318) \
    X(Disconnected, 0xF319) \
    X(Undo, 0xF54D) \
    X(Redo, 0xF44E) \
    X(Edit, 0xF3EB) \
    X(Delete, 0xF1C0) \
    X(Filter, 0xF233) \
    X(Sort, 0xF4BA) \
    X(ChevronRight, 0xF142) \
    X(ChevronLeft, 0xF141) \
    X(ChevronDown, 0xF140) \
    X(ChevronUp, 0xF143) \
    X(ArrowRight, 0xF054) \
    X(ArrowLeft, 0xF04D) \
    X(ArrowUp, 0xF05D) \
    X(ArrowDown, 0xF045) \
    X(More, 0xF1D8) \
    X(MoreVertical, 0xF1D9) \
    X(Menu, 0xF35C) \
    X(Note, 0xF39E) \
    X(NoteAdd, 0xF39C) \
    X(Document, 0xF219) \
    X(Import, 0xF220) \
    X(Export, 0xF21D) \
    X(Download, 0xF1DA) \
    X(Upload, 0xF552) \
    X(Printer, 0xF42A) \
    X(Lock, 0xF33E) \
    X(Unlock, 0xF33F) \
    X(Key, 0xF306) \
    X(Keyboard, 0xF30C) \
    X(Help, 0xF2D7) \
    X(Eye, 0xF208) \
    X(EyeOff, 0xF209) \
    X(Tag, 0xF4FC) \
    X(Bell, 0xF09C) \
    X(Inbox, 0xF2FB) \
    X(ChartLine, 0xF12A) \
    X(ChartBar, 0xF128) \
    X(Poll, 0xF41F) \
    X(Cart, 0xF111) \
    X(Package, 0xF3D6) \
    X(Wrench, 0xF5B7) \
    X(Headset, 0xF2CE) \
    X(Ticket, 0xF516) \
    X(List, 0xF279) \
    X(Briefcase, 0xF0D6) \
    X(Database, 0xF1B8) \
    X(Refresh, 0xF450) \
    X(Link, 0xF339) \
    X(Open, 0xF3CC) \
    X(Copy, 0xF18F) \
    X(Save, 0xF193) \
    X(Gift, 0xF2A1) \
    X(Money, 0xF114) \
    X(Euro, 0xF1AD) \
    X(Forum, 0xF28C) \
    X(Contact, 0xF5D2) \
    X(Clipboard, 0xF14E) \
    X(ClipboardCheck, 0xF14C) \
    X(CheckboxOn, 0xF132) \
    X(CheckboxOff, 0xF131) \
    X(RadioOn, 0xF43E) \
    X(Megaphone, 0xF0E6) \
    X(Trophy, 0xF538) \
    X(Idea, 0xF336) \
    X(Theme, 0xF50E) \
    X(Language, 0xF5CA) \
    X(SignOut, 0xF343) \
    X(Server, 0xF48B) \
    X(Shield, 0xF498) \
    X(Restore, 0xF06F) \
    X(Question, 0xF186) \
    X(TaskList, 0xF5C7) \
    X(Heart, 0xF2D1)
// clang-format on

enum class Icon : std::uint16_t {
    None = 0,
#define BALIE_ICON_VALUE(name, code) name = (code),
    BALIE_ICONS(BALIE_ICON_VALUE)
#undef BALIE_ICON_VALUE
};

// Every icon but None, in the order of the list.
[[nodiscard]] std::span<const Icon> all_icons();

}  // namespace balie::ui
