// customer add | show | search | list | edit | delete | restore
#include "app/cli/context.h"
#include "storage/repo/actions.h"
#include "storage/repo/customer_360.h"
#include "storage/repo/customer_search.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct CustomerOptions {
    std::string customer;
    std::string kind{"person"};
    std::string name;
    std::string prefix;
    std::string given;
    std::string number;
    std::vector<std::string> phones;
    std::vector<std::string> emails;
    std::string street;
    std::string house_number;
    std::string postal_code;
    std::string city;
    std::string note;
    std::vector<std::string> fields;
    int limit{20};
};

void set_text(FieldValues& values, const std::string& field, const std::string& text) {
    if (!text.empty()) values[field] = text;
}

std::vector<repo::NewContactPoint> contact_points(const CustomerOptions& options) {
    std::vector<repo::NewContactPoint> points;
    for (const std::string& phone : options.phones)
        points.push_back({.kind = "phone",
                          .label = {},
                          .value = phone,
                          .address = {},
                          .preferred = points.empty()});
    for (const std::string& email : options.emails)
        points.push_back({.kind = "email",
                          .label = {},
                          .value = email,
                          .address = {},
                          .preferred = points.empty()});
    repo::Address address{
        options.street, options.house_number, options.postal_code, options.city, {}};
    if (!address.empty())
        points.push_back({.kind = "address",
                          .label = {},
                          .value = {},
                          .address = std::move(address),
                          .preferred = false});
    return points;
}

Result<FieldValues> named_fields(Profile& profile, const CustomerOptions& options) {
    BALIE_ASSIGN(FieldValues values,
                 parse_fields(profile, domain::RecordType::Customer, options.fields));
    set_text(values, "name", options.name);
    set_text(values, "name_prefix", options.prefix);
    set_text(values, "given_name", options.given);
    set_text(values, "number", options.number);
    set_text(values, "note", options.note);
    return values;
}

Result<int> add(Context& context, Profile& profile, const CustomerOptions& options) {
    repo::NewCustomer customer;
    BALIE_ASSIGN(customer.fields, named_fields(profile, options));
    customer.fields["kind"] = options.kind;
    customer.contact_points = contact_points(options);
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const repo::SavedCustomer saved, actions.add_customer(customer));
    Json document = Json::object({{"id", saved.customer.text()}});
    Json points = Json::array();
    for (const RecordId& point : saved.contact_points) points.push(point.text());
    document.set("contact_points", points);
    context.print(document, "Saved here: customer " + saved.customer.text());
    return kExitDone;
}

Json contact_json(const repo::ContactPoint& point) {
    return Json::object({{"id", point.id.text()},
                         {"kind", point.kind},
                         {"label", point.label},
                         {"value", point.text()},
                         {"preferred", point.preferred}});
}

Json value_json(const Value& value) {
    if (is_null(value)) return {};
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    return value_text(value);
}

Json line_json(const Clock& clock, const repo::Interaction& line) {
    Json json =
        Json::object({{"id", line.id.text()},
                      {"occurred_at", format_moment(line.occurred_at, line.occurred_offset_min)},
                      {"channel", line.channel},
                      {"outcome", line.outcome},
                      {"reason", line.reason},
                      {"note", line.note},
                      {"author", line.author}});
    json.set("amended", line.is_amendment());
    (void)clock;
    return json;
}

std::string card_text(const repo::Customer360& card) {
    const repo::Customer& customer = card.customer;
    std::string text = customer.display_name();
    if (!customer.number.empty()) text += "  (" + customer.number + ")";
    text += "\n";
    if (card.flag) text += fmt::format("  priority {}: {}\n", card.flag->level, card.flag->reason);
    for (const auto& point : card.contact_points)
        text += fmt::format("  {}: {}\n", point.kind, point.text());
    for (const auto& each : card.custom) {
        text += fmt::format("  x.{}: {}\n", each.field.name, value_text(each.value));
    }
    text += fmt::format("  {} contacts, {} visits held\n", card.counts.contacts,
                        card.counts.visits_held);
    for (const auto& task : card.open_tasks)
        text += fmt::format("  task {} due {}: {}\n", task.id.text(), task.due_on, task.subject);
    for (const auto& line : card.timeline.lines) {
        text += fmt::format("  {}  {} {}  {}\n",
                            format_moment(line.occurred_at, line.occurred_offset_min), line.channel,
                            line.outcome, line.note);
    }
    return text;
}

Json card_json(Profile& profile, const repo::Customer360& card, const FieldValues& fields) {
    Json json = Json::object(
        {{"id", card.customer.id.text()}, {"display_name", card.customer.display_name()}});
    for (const auto& [field, value] : fields) json.set(field, value_json(value));
    Json points = Json::array();
    for (const auto& point : card.contact_points) points.push(contact_json(point));
    json.set("contact_points", points);
    if (card.flag) {
        json.set("flag", Json::object({{"id", card.flag->id.text()},
                                       {"level", card.flag->level},
                                       {"reason", card.flag->reason},
                                       {"state", card.flag->state},
                                       {"since", moment_text(profile.clock(), card.flag->since)},
                                       {"until", card.flag->until},
                                       {"author", card.flag->author},
                                       {"note", card.flag->note}}));
    } else {
        json.set("flag", Json());
    }
    Json tasks = Json::array();
    for (const auto& task : card.open_tasks) {
        tasks.push(Json::object(
            {{"id", task.id.text()}, {"subject", task.subject}, {"due_on", task.due_on}}));
    }
    json.set("open_tasks", tasks);
    Json lines = Json::array();
    for (const auto& line : card.timeline.lines) lines.push(line_json(profile.clock(), line));
    json.set("interactions", lines);
    json.set("contacts", card.counts.contacts).set("visits_held", card.counts.visits_held);
    return json;
}

Result<int> show(Context& context, Profile& profile, const CustomerOptions& options) {
    sqlite::Database& database = profile.store().writer();
    BALIE_ASSIGN(const RecordId id, repo::CustomerRepo(database).resolve(options.customer));
    repo::Customer360Options wanted;
    wanted.today = profile.today();
    wanted.timeline_rows = options.limit;
    BALIE_ASSIGN(const repo::Customer360 card, repo::read_customer_360(database, id, wanted));
    BALIE_ASSIGN(const auto fields,
                 store::RecordTables(database).read(domain::RecordType::Customer, id));
    context.print(card_json(profile, card, fields.value_or(FieldValues{})), card_text(card));
    return kExitDone;
}

Result<int> search(Context& context, Profile& profile, const CustomerOptions& options) {
    repo::CustomerSearch searcher(profile.store().writer());
    BALIE_ASSIGN(const repo::SearchResult found, searcher.search(options.customer, options.limit));
    Json hits = Json::array();
    std::string text;
    for (const repo::SearchHit& hit : found.hits) {
        hits.push(Json::object(
            {{"id", hit.id.text()},
             {"number", hit.number},
             {"name", hit.display_name},
             {"priority_class", hit.priority_class},
             {"flag_level", hit.flag_level},
             {"city", hit.city},
             {"phone", hit.phone},
             {"email", hit.email},
             {"last_contact", hit.last_contact_ms
                                  ? Json(moment_text(profile.clock(), *hit.last_contact_ms))
                                  : Json()}}));
        text += fmt::format("{}  {}  {}  {}  {}\n", hit.id.text(),
                            hit.flag_level.empty() ? "-" : hit.flag_level, hit.display_name,
                            hit.city, hit.phone);
    }
    if (found.hits.empty())
        text = "No customer matches. Try a part of the name, number, city, e-mail or phone.\n";
    context.print(Json::object({{"hits", hits}, {"more", found.more}}), text);
    return kExitDone;
}

Result<int> edit(Context& context, Profile& profile, const CustomerOptions& options) {
    BALIE_ASSIGN(const RecordId id,
                 repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    repo::CustomerChanges changes;
    BALIE_ASSIGN(changes.fields, named_fields(profile, options));
    changes.added = contact_points(options);
    if (changes.fields.empty() && changes.added.empty()) {
        return Error{ErrorCode::InvalidInput,
                     "nothing to change was given",
                     {},
                     "Name a field: --set FIELD=VALUE"};
    }
    BALIE_TRY(repo::Actions(profile.store(), profile.user()).edit_customer(id, changes));
    context.print(Json::object({{"id", id.text()}}), "Saved here: customer " + id.text());
    return kExitDone;
}

Result<int> remove(Context& context, Profile& profile, const CustomerOptions& options, bool back) {
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const RecordId id,
                 repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    BALIE_TRY(back ? actions.restore_customer(id) : actions.delete_customer(id));
    context.print(
        Json::object({{"id", id.text()}, {"deleted", !back}}),
        back ? "Customer is back." : "Customer deleted. Undo: balie customer restore " + id.text());
    return kExitDone;
}

void add_field_options(CLI::App& command, CustomerOptions& options) {
    command.add_option("--name", options.name, "Family name, or name of the organisation");
    command.add_option("--prefix", options.prefix, "Surname prefix: van, de…");
    command.add_option("--given", options.given, "Given name");
    command.add_option("--number", options.number, "Customer number");
    command.add_option("--phone", options.phones, "Phone number, in any spelling");
    command.add_option("--email", options.emails, "E-mail address");
    command.add_option("--street", options.street, "Street");
    command.add_option("--house-number", options.house_number, "House number");
    command.add_option("--postal-code", options.postal_code, "Postal code");
    command.add_option("--city", options.city, "City");
    command.add_option("--note", options.note, "Note");
    command.add_option("--set", options.fields,
                       "Any field: FIELD=VALUE or x.NAME=VALUE; empty clears");
}

}  // namespace

void add_customer_commands(CLI::App& app, Context& context) {
    CLI::App* noun =
        app.add_subcommand("customer", "Customers: add, show, search, edit, delete, restore");
    noun->require_subcommand(1);
    auto options = std::make_shared<CustomerOptions>();
    const auto on = [&context, options](CLI::App* command, auto action) {
        command->callback([&context, options, action] {
            context.with_profile(
                [&](Profile& profile) { return action(context, profile, *options); });
        });
    };
    CLI::App* add_command = noun->add_subcommand("add", "Add a customer");
    add_command->add_option("--kind", options->kind, "person or organisation");
    add_field_options(*add_command, *options);
    on(add_command, add);
    CLI::App* show_command =
        noun->add_subcommand("show", "The whole relationship with one customer");
    show_command->add_option("customer", options->customer, "Id, number or name")->required();
    show_command->add_option("--limit", options->limit, "Interactions shown")
        ->check(CLI::Range(1, 200));
    on(show_command, show);
    CLI::App* search_command =
        noun->add_subcommand("search", "Find by any part of a name, number, city, e-mail or phone");
    search_command->add_option("text", options->customer, "What to look for")->required();
    search_command->add_option("--limit", options->limit, "Hits shown")->check(CLI::Range(1, 50));
    on(search_command, search);
    CLI::App* edit_command = noun->add_subcommand("edit", "Change fields, add contact points");
    edit_command->add_option("customer", options->customer, "Id, number or name")->required();
    add_field_options(*edit_command, *options);
    on(edit_command, edit);
    CLI::App* delete_command =
        noun->add_subcommand("delete", "Delete a customer (it can be restored)");
    delete_command->add_option("customer", options->customer, "Id, number or name")->required();
    on(delete_command,
       [](Context& c, Profile& p, const CustomerOptions& o) { return remove(c, p, o, false); });
    CLI::App* restore_command = noun->add_subcommand("restore", "Bring a deleted customer back");
    restore_command->add_option("customer", options->customer, "Id")->required();
    on(restore_command,
       [](Context& c, Profile& p, const CustomerOptions& o) { return remove(c, p, o, true); });
}

}  // namespace balie::app
