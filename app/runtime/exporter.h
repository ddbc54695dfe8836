// Export from a terminal: the same as at the hub (storage/exchange/record_export.h), under the
// names that subcommands and workers of the terminal use. Thread: that of the Database.
#pragma once

#include "storage/exchange/record_export.h"

namespace balie::app {

using exchange::export_records;
using exchange::ExportCallback;
using exchange::ExportFormat;
using exchange::ExportReport;
using exchange::ExportRequest;
using exchange::parse_export_format;

}  // namespace balie::app
