#include "app/runtime/hub_desk.h"

#include "app/runtime/hub_questions.h"
#include "storage/store/record_tables.h"

#include <utility>

namespace balie::app {

namespace {

/// On a slow line a customer with many years takes a while; the form does not wait longer.
constexpr std::int64_t kArrivalMs = 30'000;

Error still_coming() {
    return {ErrorCode::Busy, "granted, and not here yet", "coming",
            "It comes by itself with what is being received"};
}

}  // namespace

void HubDesk::ask(const sync::HubQuestion& question,
                  std::function<void(const sync::HubAnswer&)> taker) {
    if (ask_) return ask_(question, std::move(taker));
    taker(sync::refused(question, {std::string(sync::kAskOffline), {}}));
}

void HubDesk::find(Ticket ticket, const HubSearchQuery& query, Entropy& entropy) {
    ask(find_question(entropy, query.text), [this, ticket](const sync::HubAnswer& answer) {
        auto found = taken<sync::Found>(answer);
        if (found.ok()) {
            mailbox_->push(QueryDone{ticket, std::move(found).value()});
        } else {
            mailbox_->push(QueryFailed{ticket, std::move(found).error()});
        }
    });
}

void HubDesk::fetch(Ticket ticket, const FetchCustomer& command, store::Store& store) {
    const auto question = fetch_question(store.entropy(), command.id, command.reason, command.note);
    ask(question, [this, ticket, &store](const sync::HubAnswer& answer) {
        auto fetched = taken<sync::Fetched>(answer);
        if (!fetched.ok()) {
            mailbox_->push(CommandFailed{ticket, std::move(fetched).error()});
            return;
        }
        arrivals_.push_back({ticket, fetched->customer, clock_->steady_ms() + kArrivalMs});
        expects_ = true;
        look(store);
    });
}

void HubDesk::look(store::Store& store) {
    store::RecordTables tables(store.writer());
    std::erase_if(arrivals_, [&](const Arrival& each) {
        const auto here = tables.exists(domain::RecordType::Customer, each.customer);
        if (here.ok() && *here) {
            mailbox_->push(CommandDone{each.ticket, Saved{each.customer}});
            return true;
        }
        if (clock_->steady_ms() < each.until_ms) return false;
        mailbox_->push(CommandFailed{each.ticket, here.ok() ? still_coming() : here.error()});
        return true;
    });
    expects_ = !arrivals_.empty();
}

}  // namespace balie::app
