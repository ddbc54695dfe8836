#include "tests/gui/window_world.h"

#include "storage/store/record_tables.h"
#include "sync/log/field_versions.h"

#include <array>

namespace balie::test {

namespace {

struct SeededCode {
    const char* list;
    const char* code;
    const char* kind;
    const char* en;
    const char* nl;
};
constexpr std::array kCodes{
    SeededCode{"channel", "visit", "visit", "Visit", "Bezoek"},
    SeededCode{"channel", "phone", "phone", "Phone", "Telefoon"},
    SeededCode{"channel", "counter", "counter", "Counter", "Balie"},
    SeededCode{"outcome", "held", "held", "Held", "Gehouden"},
    SeededCode{"outcome", "interested", "held", "Interested", "Geïnteresseerd"},
    SeededCode{"outcome", "no_answer", "not_held", "No answer", "Geen gehoor"},
    SeededCode{"outcome", "withdrawn", "withdrawn", "Withdrawn", "Ingetrokken"},
    SeededCode{"reason", "offer", "", "Offer", "Offerte"},
    SeededCode{"flag_reason", "revenue", "", "High revenue", "Hoge omzet"},
    SeededCode{"flag_reason", "at_risk", "", "At risk of leaving", "Dreigt te vertrekken"},
    SeededCode{"flag_end_reason", "reached", "", "Goal reached", "Doel bereikt"},
    SeededCode{"fetch_reason", "at_counter", "", "At the counter", "Aan de balie"},
    SeededCode{"fetch_reason", "complaint", "", "Complaint", "Klacht"},
    SeededCode{"fact_kind", "likes", "likes", "Likes", "Houdt van"},
    SeededCode{"fact_kind", "promise", "promise", "Promise", "Belofte"},
    SeededCode{"fact_kind", "date", "date", "Important date", "Belangrijke datum"},
    SeededCode{"relation_kind", "partner", "partner", "Partner", "Partner"},
    SeededCode{"relation_kind", "employer", "employee", "Employer", "Werkgever"},
    SeededCode{"relation_kind", "employee", "employer", "Employee", "Werknemer"},
};

}  // namespace

World::World() {
    store::StoreOptions options;
    options.create = true;
    store = must(
        store::Store::open((folder / "balie.db").string(), Bytes(32, 7), clock, entropy, options));
    log = std::make_unique<sync::ChangeLog>(clock, entropy);
    store->set_sink(log.get());
    replica = std::make_unique<sync::TerminalReplica>(*store);
    must(store->set_setting(sync::setting::kDevice, DeviceId::random(entropy).text()));
    must(store->set_setting(sync::setting::kIncarnation, Incarnation::random(entropy).text()));
    must(store->set_setting(sync::setting::kUser, "anna"));
    for (const SeededCode& each : kCodes) code(each.list, each.code, each.kind, each.en, each.nl);
    must(store::RecordTables(store->writer())
             .insert(domain::RecordType::Branch, RecordId::random(entropy),
                     {{"code", "utrecht"}, {"name", "Utrecht"}}, {}));
    must(store::RecordTables(store->writer())
             .insert(domain::RecordType::User, RecordId::random(entropy),
                     {{"login", "anna"},
                      {"name", "Anna de Wit"},
                      {"role", "representative"},
                      {"branch", "utrecht"}},
                     {}));
}

void World::code(const std::string& list, const std::string& code, const std::string& kind,
                 const std::string& en, const std::string& nl) {
    FieldValues values{{"list", list},
                       {"code", code},
                       {"en", en},
                       {"nl", nl},
                       {"position", position_++},
                       {"active", std::int64_t{1}}};
    if (!kind.empty()) values.emplace("kind", kind);
    must(store::RecordTables(store->writer())
             .insert(domain::RecordType::Code, RecordId::random(entropy), values, {}));
}

RecordId World::customer(const std::string& given, const std::string& prefix,
                         const std::string& name, const std::string& phone,
                         const std::string& city) {
    repo::NewCustomer made;
    made.fields = {{"kind", "person"}, {"name", name}};
    if (!given.empty()) made.fields.emplace("given_name", given);
    if (!prefix.empty()) made.fields.emplace("name_prefix", prefix);
    if (!phone.empty()) {
        repo::NewContactPoint point;
        point.kind = "phone";
        point.value = phone;
        made.contact_points.push_back(point);
    }
    if (!city.empty()) {
        repo::NewContactPoint point;
        point.kind = "address";
        point.address.street = "Dorpsstraat";
        point.address.number = "12";
        point.address.city = city;
        made.contact_points.push_back(point);
    }
    return must(actions().add_customer(made)).customer;
}

repo::SavedInteraction World::visit(const RecordId& customer, const std::string& note) {
    repo::NewInteraction visit;
    visit.customer = customer;
    visit.channel = "visit";
    visit.outcome = "held";
    visit.note = note;
    return must(actions().save_interaction(visit));
}

void World::conflict(const RecordId& customer, const std::string& field, const Value& mine,
                     const Value& theirs, const std::optional<Value>& former) {
    sqlite::Database& database = store->writer();
    auto transaction = must(sqlite::Transaction::begin(database));
    const sync::Origin here = must(sync::ChangeLog::tail(database)).origin;
    const sync::Origin there{DeviceId::random(entropy), Incarnation::random(entropy)};
    const auto stamp = [this](std::int64_t ago_ms) {
        return sync::Stamp::of(clock.wall_ms() - ago_ms, 0);
    };
    const sync::Head own{{stamp(60'000), {here, 1}}, mine};
    const sync::Head other{{stamp(120'000), {there, 1}}, theirs};
    sync::Origins origins(database);
    sync::FieldVersions versions(database, origins);
    must(versions.save(domain::RecordType::Customer, customer, field,
                       sync::FieldState({own, other}, {{here, 1}, {there, 1}})));
    store::RecordTables tables(database);
    must(tables.update(domain::RecordType::Customer, customer, {{field, mine}}));
    auto insert = must(database.prepare(
        "INSERT INTO conflict(id,record_type,record_id,field,opened_ms,former_known,former_value) "
        "VALUES(?,?,?,?,?,?,?)"));
    insert.bind(1, RecordId::random(entropy).bytes);
    insert.bind(2, static_cast<std::int64_t>(domain::RecordType::Customer));
    insert.bind(3, customer.bytes).bind(4, field).bind(5, clock.wall_ms());
    insert.bind(6, std::int64_t{former ? 1 : 0}).bind(7, former.value_or(Value{}));
    must(insert.run());
    must(transaction.commit());
}

void World::refuse_all(const std::string& code, const std::string& detail) {
    sync::Ack ack;
    {
        auto select = must(store->writer().prepare(
            "SELECT transaction_id,min(seq),max(seq) FROM change_log WHERE state=0 "
            "GROUP BY transaction_id ORDER BY min(seq)"));
        while (must(select.step())) {
            sync::Verdict verdict;
            verdict.transaction = {select.id(0)};
            verdict.first = select.integer(1);
            verdict.last = select.integer(2);
            verdict.kind = sync::VerdictKind::SetAside;
            verdict.code = code;
            verdict.detail = detail;
            ack.verdicts.push_back(std::move(verdict));
            ack.acked_seq = select.integer(2);
        }
    }
    REQUIRE_OK(replica->save_ack(ack));
}

std::int64_t World::count(const std::string& sql) {
    return value_integer(must(store->writer().scalar(sql)));
}

std::string World::text(const std::string& sql) {
    return value_text(must(store->writer().scalar(sql)));
}

Window::Window(World& world, const WindowSettings& settings)
    : world_(world),
      service_(world.clock, mailbox_, options(settings)),
      screens_(world.clock, settings.look, ports()) {
    screens_.set_known_users({"anna"});
    GuiOptions gui = settings.gui;
    gui.theme = settings.look.theme;
    gui_ = std::make_unique<GuiDriver>(steps(), gui);
    // Times go on from the run before: the machine's clock does not turn back.
    gui_->clock().advance(world.clock.steady_ms() - gui_->clock().steady_ms());
    if (settings.signed_in) {
        service_.open({world.store.get(), world.replica.get(), "anna", &world.blobs});
        gui_->loop().request_frames();
        gui_->settle();
    }
}

Window::~Window() {
    service_.settle();
}

app::ServiceOptions Window::options(const WindowSettings& settings) {
    app::ServiceOptions options;
    options.ask_hub = settings.ask_hub;
    options.folder = world_.folder.path();
    options.unlock = [this](const app::SignIn& who) -> Result<app::Session> {
        if (who.password != "correct horse") {
            return Error{ErrorCode::WrongPassword, "the password does not open the profile", "",
                         ""};
        }
        return app::Session{world_.store.get(), world_.replica.get(), who.user, &world_.blobs};
    };
    return options;
}

app::ScreenPorts Window::ports() {
    app::ScreenPorts ports;
    ports.send = [this](app::Ticket ticket, app::Command command) {
        if (next_failure_ && std::holds_alternative<app::SaveInteraction>(command)) {
            mailbox_.push(app::CommandFailed{ticket, *std::exchange(next_failure_, std::nullopt)});
            return;
        }
        service_.send(ticket, std::move(command));
    };
    ports.ask = [this](app::Ticket ticket, const app::Query& query) {
        service_.ask(ticket, query);
    };
    ports.look_changed = [this](const app::Look& look) {
        gui_->loop().set_user_scale(static_cast<float>(look.scale_percent) / 100.0F);
    };
    return ports;
}

shell::FrameSteps Window::steps() {
    shell::FrameSteps steps;
    steps.drain = [this] {
        if (gui_) world_.clock.set(gui_->clock().steady_ms());
        service_.settle();
        return screens_.handle(mailbox_.drain());
    };
    steps.dropped = [this](const std::string& path) { screens_.act(app::FileDropped{path}); };
    steps.update = [this] { return screens_.update(); };
    steps.draw = [this](ui::Ui& ui) { screens_.draw(ui); };
    return steps;
}

void Window::tell(app::Event event) {
    mailbox_.push(std::move(event));
    gui_->settle();
}

void Window::go(app::ScreenId screen, const RecordId& subject) {
    screens_.go({screen, subject});
    gui_->settle();
}

void require_sound(Window& window) {
    INFO(window.gui().transcript());
    REQUIRE(window.gui().problems() == std::vector<std::string>{});
}

}  // namespace balie::test
