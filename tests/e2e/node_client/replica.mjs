// What a terminal keeps of the hub's state, from PROTOCOL.md and MERGE.md: the heads of every
// field, what comes in, and the digest of all of it. A version is [stamp, device, incarnation, seq].
import { base64, fromBase64, hash, must, uuidBytes } from './wire.mjs';

const origin = ([, device, incarnation]) => `${device} ${incarnation}`;
const sameVersion = (a, b) => a.slice(0, 4).join() === b.slice(0, 4).join();
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/// The shown one first: by effective stamp, then device, incarnation, seq.
const shownFirst = (a, b) => compare(BigInt(b[0]), BigInt(a[0])) || compare(b[1], a[1]) ||
    compare(b[2], a[2]) || compare(BigInt(b[3]), BigInt(a[3]));

/// Members of a row by the names in `columns`.
export const named = (columns, row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]));

/// A field of which the creation is all there is.
const born = (birth, value) => ({ heads: [[...birth, value]], context: { [origin(birth)]: birth[3] } });

/// MERGE.md, FieldState: `base` lists [device, incarnation, seq].
function apply(field, version, value, base) {
    const seen = Object.fromEntries(base.map(([device, incarnation, seq]) => [`${device} ${incarnation}`, seq]));
    const covers = (context, v) => BigInt(context[origin(v)] ?? -1) >= BigInt(v[3]);
    if (covers(field.context, version)) return;
    field.heads = field.heads.filter((head) => !covers(seen, head) && origin(head) !== origin(version));
    field.heads.push([...version, value]);
    field.heads.sort(shownFirst);
    for (const [from, seq] of [...Object.entries(seen), [origin(version), version[3]]]) {
        if (BigInt(field.context[from] ?? -1) < BigInt(seq)) field.context[from] = seq;
    }
}

/// A value as people read it: {"int64": "…"} is a whole number as well.
const plain = (value) => (value !== null && typeof value === 'object' && 'int64' in value ? value.int64 : value);

/// A record as the programs' exports write it: truth values as such, and the moment of a visit as
/// the clock on the wall said it there.
function exported(row) {
    if (row.do_not_call !== undefined) row.do_not_call = row.do_not_call === 1;
    if (row.occurred_at === undefined) return row;
    const minutes = row.occurred_offset_min ?? 0;
    const two = (number) => String(number).padStart(2, '0');
    const offset = `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
    const time = new Date(row.occurred_at + 60000 * minutes).toISOString();
    return { ...row, occurred_at: minutes === 0 ? time : time.replace('Z', offset) };
}

export class Replica {
    constructor(records = {}) {
        this.records = records;
    }

    find(type, id) {
        return this.records[`${type} ${id}`];
    }

    /// What an edit's base is: everything known of this field, confirmed.
    context(type, id, name) {
        const record = this.find(type, id);
        if (record === undefined) return [];
        const { context } = record.fields[name] ?? born(record.birth, null);
        return Object.entries(context).map(([from, seq]) => [...from.split(' '), seq]);
    }

    // --- what the hub sends -------------------------------------------------------------------------
    /// A change in the hub's order, of whomever it is.
    change(version, payload) {
        const { t: type, id, op, f: fields } = JSON.parse(payload);
        const record = this.find(type, id);
        if (op === 'create' && record === undefined) {
            const values = Object.entries(fields).map(([name, [value]]) => [name, born(version, value)]);
            this.records[`${type} ${id}`] = { birth: version, fields: Object.fromEntries(values) };
            return;
        }
        must(record !== undefined, `an edit came for ${type} ${id}, which is not here`);
        if (op === 'create' && sameVersion(record.birth, version)) return;
        for (const [name, [value, base]] of Object.entries(fields)) {
            record.fields[name] ??= born(record.birth, null);
            apply(record.fields[name], version, value, base ?? []);
        }
    }

    /// The whole state of a record, replacing what was known of it.
    put(type, id, birth, values, edited) {
        const fields = Object.fromEntries(Object.entries(values)
            .filter(([, value]) => value !== null)
            .map(([name, value]) => [name, born(birth, value)]));
        for (const { field, heads, context } of edited) {
            const sorted = [...heads].sort(shownFirst);
            must(sameVersion(sorted[0], heads[0]), `${type} ${id} ${field}: another head is shown`);
            fields[field] = {
                heads,
                context: Object.fromEntries(context.map(([device, incarnation, seq]) => [`${device} ${incarnation}`, seq])),
            };
        }
        this.records[`${type} ${id}`] = { birth, fields };
    }

    leave(type, id) {
        delete this.records[`${type} ${id}`];
    }

    /// The tables of one SNAPSHOT.
    snapshot(message) {
        const from = (place) => {
            must(message.origins[place] !== undefined, `there is no origin ${place}`);
            return message.origins[place];
        };
        for (const { record_type: type, fields, rows } of message.tables) {
            for (const [id, stamp, place, seq, values, edited] of rows) {
                must(values.length === fields.length, `${type} ${id}: not one value for each field`);
                this.put(type, id, [stamp, ...from(place), seq], named(fields, values),
                    (edited ?? []).map(([field, heads, context]) => ({
                        field,
                        heads: heads.map(([at, o, n, value]) => [at, ...from(o), n, value]),
                        context: context.map(([o, n]) => [...from(o), n]),
                    })));
            }
        }
    }

    // --- what is asked of it --------------------------------------------------------------------------
    /// Section 7.
    digest() {
        const version = ([stamp, device, incarnation, seq]) =>
            Buffer.concat([uuidBytes(device), uuidBytes(incarnation), Buffer.from(`${seq}:${stamp};`)]);
        let sum = 0n;
        const add = (...parts) => {
            const first = hash(...parts).subarray(0, 16).reverse();
            sum = (sum + BigInt(`0x${first.toString('hex')}`)) % (1n << 128n);
        };
        for (const [key, { birth, fields }] of Object.entries(this.records)) {
            const [type, id] = key.split(' ');
            add(type, uuidBytes(id), '\n', version(birth));
            for (const [name, { heads }] of Object.entries(fields)) {
                if (heads.length === 1 && sameVersion(heads[0], birth)) continue;
                add(type, uuidBytes(id), name, '\n', ...heads.map(version));
            }
        }
        return base64(Buffer.from(sum.toString(16).padStart(32, '0'), 'hex').reverse());
    }

    /// All records of a type as people see them: what is shown of each field, own changes that are
    /// not confirmed over it; and the fields whose heads differ.
    list(type, pending = []) {
        const rows = new Map();
        const conflicts = [];
        for (const [key, { fields }] of Object.entries(this.records)) {
            const [of, id] = key.split(' ');
            if (of !== type) continue;
            rows.set(id, { id });
            for (const [field, { heads }] of Object.entries(fields)) {
                const values = heads.map((head) => plain(head[4]));
                if (values[0] !== null) rows.get(id)[field] = values[0];
                if (new Set(values).size > 1) conflicts.push({ type, id, field, values });
            }
        }
        for (const payload of pending) {
            const { t, id, f } = JSON.parse(payload);
            if (t !== type) continue;
            if (!rows.has(id)) rows.set(id, { id });
            for (const [field, [value]] of Object.entries(f)) rows.get(id)[field] = plain(value);
        }
        return { rows: [...rows.values()].map(exported).sort((a, b) => compare(a.id, b.id)), conflicts };
    }
}

/// The first bytes of a hash, as `own` entries carry them.
export const startsHash = (whole, start) => fromBase64(whole, 32).subarray(0, 16).equals(fromBase64(start, 16));
