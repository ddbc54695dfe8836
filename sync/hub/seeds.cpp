#include "sync/hub/seeds.h"

#include "sync/hub/people.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace balie::sync {

namespace {

struct Seed {
    std::string_view list;
    std::string_view code;
    std::string_view kind;
    std::string_view en;
    std::string_view nl;
};

constexpr std::array kCodes{
    Seed{"channel", "visit", "visit", "Visit", "Bezoek"},
    Seed{"channel", "phone", "phone", "Phone", "Telefoon"},
    Seed{"channel", "mobile", "phone", "Mobile phone", "Mobiele telefoon"},
    Seed{"channel", "landline", "phone", "Landline", "Vaste lijn"},
    Seed{"channel", "email", "email", "E-mail", "E-mail"},
    Seed{"channel", "counter", "counter", "Counter", "Balie"},
    Seed{"channel", "letter", "letter", "Letter", "Brief"},
    Seed{"channel", "video", "video", "Video call", "Videogesprek"},
    Seed{"channel", "chat", "chat", "Chat", "Chat"},
    Seed{"channel", "web", "web", "Website", "Website"},
    Seed{"channel", "event", "event", "Event", "Evenement"},
    Seed{"channel", "other", "other", "Other", "Anders"},

    Seed{"outcome", "held", "held", "Held", "Gehouden"},
    Seed{"outcome", "interested", "held", "Interested", "Geïnteresseerd"},
    Seed{"outcome", "success", "held", "Agreed", "Akkoord"},
    Seed{"outcome", "order", "held", "Order", "Bestelling"},
    Seed{"outcome", "sale", "held", "Sale", "Verkoop"},
    Seed{"outcome", "no_sale", "held", "No sale", "Geen verkoop"},
    Seed{"outcome", "appointment", "held", "Appointment made", "Afspraak gemaakt"},
    Seed{"outcome", "call_back", "held", "Call back", "Terugbellen"},
    Seed{"outcome", "solved", "held", "Solved", "Opgelost"},
    Seed{"outcome", "not_interested", "held", "Not interested", "Geen interesse"},
    Seed{"outcome", "failure", "held", "Declined", "Afgewezen"},
    Seed{"outcome", "no_answer", "not_held", "No answer", "Geen gehoor"},
    Seed{"outcome", "voicemail", "not_held", "Voicemail", "Voicemail"},
    Seed{"outcome", "cancelled", "not_held", "Cancelled", "Geannuleerd"},
    Seed{"outcome", "not_held", "not_held", "Not held", "Niet gehouden"},
    Seed{"outcome", "no_show", "no_show", "Did not show up", "Niet verschenen"},
    Seed{"outcome", "other", "held", "Other", "Anders"},
    Seed{"outcome", "withdrawn", "withdrawn", "Withdrawn", "Ingetrokken"},

    Seed{"reason", "acquaintance", "", "Getting acquainted", "Kennismaking"},
    Seed{"reason", "periodic", "", "Periodic contact", "Periodiek contact"},
    Seed{"reason", "offer", "", "Offer", "Offerte"},
    Seed{"reason", "order", "", "Order", "Bestelling"},
    Seed{"reason", "question", "", "Question", "Vraag"},
    Seed{"reason", "complaint", "", "Complaint", "Klacht"},
    Seed{"reason", "service", "", "Service", "Service"},
    Seed{"reason", "campaign", "", "Campaign", "Campagne"},
    Seed{"reason", "payment", "", "Payment", "Betaling"},
    Seed{"reason", "other", "", "Other", "Anders"},

    Seed{"contact_label", "work", "", "Work", "Werk"},
    Seed{"contact_label", "mobile", "", "Mobile", "Mobiel"},
    Seed{"contact_label", "home", "", "Home", "Thuis"},
    Seed{"contact_label", "visit", "", "Visiting address", "Bezoekadres"},
    Seed{"contact_label", "post", "", "Postal address", "Postadres"},
    Seed{"contact_label", "invoice", "", "Invoice address", "Factuuradres"},
    Seed{"contact_label", "other", "", "Other", "Anders"},

    Seed{"flag_reason", "revenue", "", "High revenue", "Hoge omzet"},
    Seed{"flag_reason", "potential", "", "High potential", "Groot potentieel"},
    Seed{"flag_reason", "at_risk", "", "At risk of leaving", "Dreigt te vertrekken"},
    Seed{"flag_reason", "complaint", "", "Open complaint", "Openstaande klacht"},
    Seed{"flag_reason", "strategic", "", "Strategic", "Strategisch"},
    Seed{"flag_reason", "reference", "", "Reference customer", "Referentieklant"},
    Seed{"flag_reason", "other", "", "Other", "Anders"},

    Seed{"flag_end_reason", "reached", "", "Goal reached", "Doel bereikt"},
    Seed{"flag_end_reason", "expired", "", "Term is over", "Termijn verstreken"},
    Seed{"flag_end_reason", "lost", "", "Customer lost", "Klant verloren"},
    Seed{"flag_end_reason", "mistake", "", "Flagged by mistake", "Per vergissing"},
    Seed{"flag_end_reason", "other", "", "Other", "Anders"},

    Seed{"lifecycle_stage", "suspect", "", "Suspect", "Suspect"},
    Seed{"lifecycle_stage", "prospect", "", "Prospect", "Prospect"},
    Seed{"lifecycle_stage", "new", "", "New customer", "Nieuwe klant"},
    Seed{"lifecycle_stage", "growing", "", "Growing", "Groeiend"},
    Seed{"lifecycle_stage", "loyal", "", "Loyal", "Trouw"},
    Seed{"lifecycle_stage", "declining", "", "Declining", "Afnemend"},
    Seed{"lifecycle_stage", "former", "", "Former customer", "Oud-klant"},

    Seed{"document_kind", "photo", "", "Photo", "Foto"},
    Seed{"document_kind", "document", "", "Document", "Document"},
    Seed{"document_kind", "signature", "", "Signature", "Handtekening"},
    Seed{"document_kind", "other", "", "Other", "Anders"},

    Seed{"fetch_reason", "at_counter", "", "At the counter", "Aan de balie"},
    Seed{"fetch_reason", "called_us", "", "Called us", "Belde ons"},
    Seed{"fetch_reason", "handed_over", "", "Being handed over", "Wordt overgedragen"},
    Seed{"fetch_reason", "complaint", "", "Complaint", "Klacht"},
    Seed{"fetch_reason", "other", "", "Other", "Anders"},

    Seed{"fact_kind", "likes", "likes", "Likes", "Houdt van"},
    Seed{"fact_kind", "dislikes", "dislikes", "Dislikes", "Houdt niet van"},
    Seed{"fact_kind", "family", "family", "Family", "Gezin"},
    Seed{"fact_kind", "hobby", "hobby", "Hobby", "Hobby"},
    Seed{"fact_kind", "need", "need", "Need", "Behoefte"},
    Seed{"fact_kind", "promise", "promise", "Promise", "Belofte"},
    Seed{"fact_kind", "date", "date", "Important date", "Belangrijke datum"},
    Seed{"fact_kind", "other", "other", "Other", "Anders"},

    // Of these, kind is the code of the reverse: what one is to the other, the other way round.
    Seed{"relation_kind", "household", "household", "Household", "Huishouden"},
    Seed{"relation_kind", "partner", "partner", "Partner", "Partner"},
    Seed{"relation_kind", "employer", "employee", "Employer", "Werkgever"},
    Seed{"relation_kind", "employee", "employer", "Employee", "Werknemer"},
    Seed{"relation_kind", "supplier", "buyer", "Supplier", "Leverancier"},
    Seed{"relation_kind", "buyer", "supplier", "Buyer", "Afnemer"},
    Seed{"relation_kind", "dealer", "dealer_of", "Dealer", "Dealer"},
    Seed{"relation_kind", "dealer_of", "dealer", "Is dealer of", "Is dealer van"},
    Seed{"relation_kind", "staff", "staff_of", "Contact person", "Contactpersoon"},
    Seed{"relation_kind", "staff_of", "staff", "Is contact person at", "Is contactpersoon bij"},
    Seed{"relation_kind", "referred_by", "referred", "Referred by", "Aanbevolen door"},
    Seed{"relation_kind", "referred", "referred_by", "Has referred", "Heeft aanbevolen"},
    Seed{"relation_kind", "other", "other", "Other", "Anders"},
};

/// Lists that hubs of before do not have.
constexpr std::array<std::string_view, 4> kLaterLists{"document_kind", "fetch_reason", "fact_kind",
                                                      "relation_kind"};

constexpr std::array kRoles{
    Seed{"role", "representative", "", "Representative", "Vertegenwoordiger"},
    Seed{"role", "teller", "", "Teller", "Baliemedewerker"},
    Seed{"role", "manager", "", "Manager", "Manager"},
    Seed{"role", "analyst", "", "Analyst", "Analist"},
    Seed{"role", "administrator", "", "Administrator", "Beheerder"},
};

RecordId code_id(const Seed& seed) {
    return keyed_record_id("code", std::string(seed.list) + "\n" + std::string(seed.code));
}

FieldValues values_of(const Seed& seed, std::int64_t position) {
    FieldValues values{{"list", std::string(seed.list)}, {"code", std::string(seed.code)},
                       {"en", std::string(seed.en)},     {"nl", std::string(seed.nl)},
                       {"position", position},           {"active", std::int64_t{1}}};
    if (!seed.kind.empty()) values["kind"] = std::string(seed.kind);
    return values;
}

/// Each with its place in its list.
template <typename Visit>
Outcome each_code(Visit visit) {
    std::int64_t position = 0;
    std::string_view list;
    for (const Seed& seed : kCodes) {
        position = seed.list == list ? position + 10 : 10;
        list = seed.list;
        BALIE_TRY(visit(seed, position));
    }
    return {};
}

}  // namespace

Outcome seed_lists(store::UnitOfWork& unit) {
    const auto make = [&](const Seed& seed, std::int64_t position) -> Outcome {
        BALIE_TRY(unit.create(domain::RecordType::Code, values_of(seed, position), code_id(seed)));
        return {};
    };
    BALIE_TRY(each_code(make));
    for (const Seed& seed : kRoles) {
        BALIE_TRY(unit.create(domain::RecordType::Role,
                              {{"code", std::string(seed.code)},
                               {"en", std::string(seed.en)},
                               {"nl", std::string(seed.nl)}},
                              keyed_record_id("role", seed.code)));
    }
    return {};
}

Outcome seed_missing(HubCore& core) {
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core.store, std::string(kHubUser)));
    const auto make = [&](const Seed& seed, std::int64_t position) -> Outcome {
        if (std::find(kLaterLists.begin(), kLaterLists.end(), seed.list) == kLaterLists.end()) {
            return {};
        }
        BALIE_ASSIGN(const bool there, core.tables.exists(domain::RecordType::Code, code_id(seed)));
        if (there) return {};
        BALIE_TRY(unit.create(domain::RecordType::Code, values_of(seed, position), code_id(seed)));
        return {};
    };
    BALIE_TRY(each_code(make));
    return unit.commit();
}

}  // namespace balie::sync
