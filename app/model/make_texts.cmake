# Makes the enum Text and both languages' tables from assets/i18n, so that a text that is missing
# does not compile and a screen never reads a file:
#   cmake -DEN=… -DNL=… -DOUT=<folder> -P make_texts.cmake
# One text a line: "a.key": "words",   or   "a.key": {"one": "…", "other": "…"},
cmake_minimum_required(VERSION 3.25)


function(protect text out)
  string(REPLACE "\\" "@B@" text "${text}")
  string(REPLACE "[" "@L@" text "${text}")
  string(REPLACE "]" "@R@" text "${text}")
  string(REPLACE ";" "@S@" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(restore text out)
  string(REPLACE "@S@" ";" text "${text}")
  string(REPLACE "@R@" "]" text "${text}")
  string(REPLACE "@L@" "[" text "${text}")
  string(REPLACE "@B@" "\\" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# <prefix>_keys, and for every key <prefix>_one_<key>, <prefix>_other_<key>: C++ string literals.
macro(read_texts file prefix)
  file(READ "${file}" content)
  protect("${content}" content)
  string(REPLACE "\n" ";" lines "${content}")
  set(${prefix}_keys)
  foreach(line IN LISTS lines)
    if(line MATCHES "^ *\"([a-z0-9_.]+)\": {\"one\": (\".*\"), \"other\": (\".*\")},?$")
      set(key "${CMAKE_MATCH_1}")
      set(${prefix}_one_${key} "${CMAKE_MATCH_2}")
      set(${prefix}_other_${key} "${CMAKE_MATCH_3}")
    elseif(line MATCHES "^ *\"([a-z0-9_.]+)\": (\".*\"),?$")
      set(key "${CMAKE_MATCH_1}")
      set(${prefix}_one_${key} "${CMAKE_MATCH_2}")
      set(${prefix}_other_${key} "${CMAKE_MATCH_2}")
    elseif(line MATCHES "^ *[{}]? *$")
      continue()
    else()
      restore("${line}" line)
      message(FATAL_ERROR "${file}: no text of the form \"key\": \"words\", in: ${line}")
    endif()
    if(key IN_LIST ${prefix}_keys)
      message(FATAL_ERROR "${file}: \"${key}\" stands here twice")
    endif()
    list(APPEND ${prefix}_keys "${key}")
  endforeach()
endmacro()

read_texts("${EN}" en)
read_texts("${NL}" nl)
foreach(key IN LISTS en_keys)
  if(NOT DEFINED nl_other_${key})
    message(FATAL_ERROR "${NL} lacks \"${key}\", which ${EN} has")
  endif()
endforeach()
foreach(key IN LISTS nl_keys)
  if(NOT DEFINED en_other_${key})
    message(FATAL_ERROR "${EN} lacks \"${key}\", which ${NL} has")
  endif()
endforeach()

# visit.save_here → VisitSaveHere
function(enum_name key out)
  string(REGEX REPLACE "[._]" ";" parts "${key}")
  set(name "")
  foreach(part IN LISTS parts)
    string(SUBSTRING "${part}" 0 1 first)
    string(SUBSTRING "${part}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND name "${first}${rest}")
  endforeach()
  set(${out} "${name}" PARENT_SCOPE)
endfunction()

set(values "")
set(keys "")
set(en_table "")
set(nl_table "")
foreach(key IN LISTS en_keys)
  enum_name("${key}" name)
  string(APPEND values "    ${name},\n")
  string(APPEND keys "    \"${key}\",\n")
  foreach(language IN ITEMS en nl)
    restore("${${language}_one_${key}}" one)
    restore("${${language}_other_${key}}" other)
    string(APPEND ${language}_table "    {${one}, ${other}},\n")
  endforeach()
endforeach()

file(CONFIGURE OUTPUT "${OUT}/app/model/text_keys.h" @ONLY CONTENT
"// Made from assets/i18n/en.json by make_texts.cmake. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>

namespace balie::app {

enum class Text : std::uint16_t {
@values@    Count
};

inline constexpr std::size_t kTextCount = static_cast<std::size_t>(Text::Count);

}  // namespace balie::app
")
file(CONFIGURE OUTPUT "${OUT}/text_tables.cpp" @ONLY CONTENT
"// Made from assets/i18n by make_texts.cmake.
#include \"app/model/text_tables.h\"

namespace balie::app {

const std::array<std::string_view, kTextCount> kTextKeys{{
@keys@}};
const std::array<TextForms, kTextCount> kTextsEn{{
@en_table@}};
const std::array<TextForms, kTextCount> kTextsNl{{
@nl_table@}};

}  // namespace balie::app
")
