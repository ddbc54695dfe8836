// "Ask somebody": from a piece of work to the form of its one task.
// Thread: any. Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <string>

namespace balie::app {

struct PieceOfWork {
    Asked asked;
    RecordId customer;  ///< nil: about none
    std::string customer_name;
    std::string subject;  ///< of the task
};
/// Closes what is open and opens the form, with what was agreed before.
void ask_somebody(const PieceOfWork& work, Effects& effects);
/// "Bert de Wit, by Wed 25 Nov"; empty: nobody was asked.
[[nodiscard]] std::string asked_in_words(const ScreenContext& context, const Asked& asked);

}  // namespace balie::app
