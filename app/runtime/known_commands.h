// The part of commands.h that is about what people know of a customer: facts, relations, files.
// Thread: any. Ownership: values.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/value.h"
#include "storage/repo/fact_repo.h"
#include "storage/repo/relation_repo.h"

#include <string>

namespace balie::app {

struct AddFact {
    repo::NewFact fact;
};
struct EditFact {
    RecordId id;
    repo::FactChanges changes;
};
/// RestoreFact is the inverse.
struct RemoveFact {
    RecordId id;
};
struct RestoreFact {
    RecordId id;
};
struct AddRelation {
    repo::NewRelation relation;
};
struct EditRelation {
    RecordId id;
    FieldValues fields;
};
/// RestoreRelation is the inverse.
struct RemoveRelation {
    RecordId id;
};
struct RestoreRelation {
    RecordId id;
};

/// A file is read and sealed on a thread of its own; then it is saved like anything else.
struct AttachFile {
    RecordId customer;
    std::string path;
    std::string kind;  ///< a code; empty: by the file's name
    std::string note;
};
/// A plain copy as a file, on a thread of its own.
struct SaveCopy {
    RecordId document;
    std::string path;
};
struct RemoveDocument {
    RecordId document;
};
struct RestoreDocument {
    RecordId document;
};
/// Its bytes come here at the next synchronisation.
struct AskDocument {
    RecordId document;
};

}  // namespace balie::app
