// The field lists of schema.h, a file an aggregate; used by schema.cpp alone. Thread: any.
#pragma once

#include "storage/domain/schema.h"

#include <array>
#include <span>
#include <string_view>

namespace balie::domain::parts {

/// Those the interface speaks.
inline constexpr std::array<std::string_view, 2> kLanguages{"en", "nl"};

std::span<const Field> customer_fields();
std::span<const Field> contact_point_fields();
std::span<const Field> interaction_fields();
std::span<const Field> task_fields();
std::span<const Field> priority_flag_fields();
std::span<const Field> proposal_fields();
std::span<const Field> document_fields();
std::span<const Field> relation_fields();
std::span<const Field> fact_fields();
std::span<const Field> code_fields();
std::span<const Field> field_definition_fields();
std::span<const Field> user_fields();
std::span<const Field> role_fields();
std::span<const Field> branch_fields();
std::span<const Field> territory_fields();
std::span<const Field> device_fields();
std::span<const Field> audit_entry_fields();

}  // namespace balie::domain::parts
