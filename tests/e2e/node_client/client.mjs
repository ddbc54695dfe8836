// A terminal in another language, written from sync/PROTOCOL.md and sync/MERGE.md alone: the proof
// that those pages are enough. Its state is one JSON file; each call prints one JSON document.
//
//   client.mjs check PROTOCOL.md                   the vectors of that page
//   client.mjs enrol --state F --hub wss://H:P --code C --name N
//   client.mjs sync --state F [--twice] [--changes N --seconds S --ready FILE] [--damage WHAT]
//   client.mjs add --state F --type TYPE --values JSON
//   client.mjs edit --state F --type TYPE --id ID --field NAME --value JSON
//   client.mjs export --state F
//
// WHAT is receipt, digest or own: what came is damaged before it is looked at, for the test of this
// client's own checks.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { check } from './check.mjs';
import { Replica } from './replica.mjs';
import { chained, Conversation, kEmptyHash, kProgram, Line, startsHash } from './session.mjs';
import { enrolText, must, newId, newKey, randomId, readCode, signText } from './wire.mjs';

const kBatchBytesMax = 200000;

class Terminal {
    constructor(file, state) {
        this.file = file;
        this.state = state;
        this.replica = new Replica(state.records);
    }

    static read(file) {
        return new Terminal(file, JSON.parse(readFileSync(file, 'utf8')));
    }

    /// Whole and on disk, or not at all. The key lies open in it: this is a test, a product would
    /// keep it in the system's key store.
    save() {
        const file = openSync(`${this.file}.new`, 'w', 0o600);
        writeFileSync(file, JSON.stringify({ ...this.state, records: this.replica.records }));
        fsyncSync(file);
        closeSync(file);
        renameSync(`${this.file}.new`, this.file);
    }

    // --- own log --------------------------------------------------------------------------------------
    /// One transaction with one change.
    write(op, type, id, fields) {
        const { state } = this;
        const now = BigInt(Date.now()) << 16n;
        const stamp = now > BigInt(state.last_stamp) ? now : BigInt(state.last_stamp) + 1n;
        state.last_stamp = String(stamp);
        state.log.push(chained(state, {
            seq: String(state.log.length + 1), transaction: newId(), action: newId(), stamp: String(stamp),
            user: state.user, schema: 1, payload: JSON.stringify({ t: type, id, op, f: fields }),
        }, randomBytes(16)));
        this.save();
        return { id, seq: state.log.at(-1).seq };
    }

    create(type, values) {
        const given = Object.entries(values).map(([name, value]) => [name, [value]]);
        return this.write('create', type, newId(), Object.fromEntries(given));
    }

    edit(type, id, name, value) {
        const base = this.replica.context(type, id, name);
        return this.write('edit', type, id, { [name]: base.length ? [value, base] : [value] });
    }

    /// Changes of which no verdict is known here. The hub may have some of them: when an answer was
    /// lost, sending again brings the same verdicts.
    unsent() {
        return this.state.log.filter((change) => change.verdict === undefined);
    }

    hashOf(seq) {
        return seq === 0n ? kEmptyHash : this.state.log[Number(seq) - 1]?.hash;
    }

    /// Whole transactions; here each is one change.
    batchAfter(seq) {
        const batch = [];
        let bytes = 0;
        for (const change of this.state.log.slice(Number(seq))) {
            bytes += 2 * change.payload.length + 500;
            if (batch.length === 1024 || (batch.length > 0 && bytes > kBatchBytesMax)) break;
            batch.push(change);
        }
        return batch;
    }

    /// An own change has its place in the hub's log, and with it its effective stamp.
    confirm(seq, effective, start) {
        const { device, incarnation, log } = this.state;
        const change = log[Number(seq) - 1];
        must(change, `the hub confirms change ${seq}, which was never made here`);
        must(start === undefined || startsHash(change.hash, start), `change ${seq} is another one at the hub`);
        if (change.confirmed) return;
        change.confirmed = true;
        this.replica.change([effective, device, incarnation, seq], change.payload);
    }

    /// The last own change below which all are confirmed or were set aside.
    confirmedTo() {
        const open = this.state.log.find((change) => !change.confirmed && change.verdict !== 'set_aside');
        return open ? String(BigInt(open.seq) - 1n) : String(this.state.log.length);
    }

    rows(type) {
        const pending = this.state.log.filter((change) => !change.confirmed && change.verdict !== 'set_aside');
        return this.replica.list(type, pending.map((change) => change.payload));
    }
}

function greeted(challenge, hub) {
    must(challenge.version_min <= 1 && challenge.version_max >= 1, 'the hub does not speak version 1');
    must(!hub || challenge.hub === hub, 'another hub answers at this address');
    return challenge;
}

async function enrol({ state: file, hub: address, code, name, damage }) {
    const { secret, pin } = readCode(code);
    const line = await Line.open(address, pin, damage);
    const challenge = greeted(await line.expect('challenge'));
    const key = newKey();
    const message = { type: 'enrol', version: 1, secret, public_key: key.x, device_name: name, program: kProgram };
    line.send({ ...message, signature: signText(key, enrolText(challenge, message)) });
    const enrolled = await line.expect('enrolled');
    const terminal = new Terminal(file, {
        address, pin, hub: challenge.hub, hub_key: enrolled.hub_public_key, key,
        device: enrolled.device, user: enrolled.user, role: enrolled.role, scope: enrolled.scope,
        incarnation: randomId(), last_stamp: '0', cursor: '0', loading: { hub_seq: '0', after: '' }, log: [],
    });
    terminal.save();
    return finish(line, new Conversation(line, challenge, terminal));
}

async function sync({ state: file, twice, changes, seconds, ready, damage }) {
    const terminal = Terminal.read(file);
    const line = await Line.open(terminal.state.address, terminal.state.pin, damage);
    const challenge = greeted(await line.expect('challenge'), terminal.state.hub);
    return finish(line, new Conversation(line, challenge, terminal, { twice }), {
        changes: Number(changes ?? 0),
        until: Date.now() + 1000 * Number(seconds ?? 120),
        ready: () => ready && writeFileSync(ready, 'live'),
    });
}

async function finish(line, conversation, until) {
    await conversation.hello();
    await conversation.run(until);
    await line.close();
    return { ...report(conversation.terminal), heard: conversation.heard };
}

function report(terminal) {
    const { device, incarnation, scope, role, user, cursor, log } = terminal.state;
    return { device, incarnation, user, role, scope, cursor: Number(cursor), digest: terminal.replica.digest(),
        unsent: terminal.unsent().length, records: Object.keys(terminal.replica.records).length,
        log: log.map(({ seq, verdict = '', code = '', confirmed = false }) => ({ seq: Number(seq), verdict, code, confirmed })) };
}

const kVerbs = {
    check: (options, [file]) => check(readFileSync(file, 'utf8')),
    enrol,
    sync,
    add: ({ state, type, values }) => Terminal.read(state).create(type, JSON.parse(values)),
    edit: ({ state, type, id, field, value }) => Terminal.read(state).edit(type, id, field, JSON.parse(value)),
    export: ({ state }) => {
        const terminal = Terminal.read(state);
        const [customers, interactions] = ['customer', 'interaction'].map((type) => terminal.rows(type));
        return { ...report(terminal), customers: customers.rows, interactions: interactions.rows,
            conflicts: [...customers.conflicts, ...interactions.conflicts] };
    },
};

const text = Object.fromEntries(['state', 'hub', 'code', 'name', 'type', 'values', 'id', 'field', 'value', 'changes',
    'seconds', 'ready', 'damage'].map((name) => [name, { type: 'string' }]));

try {
    const { values, positionals: [verb, ...rest] } = parseArgs({ options: { ...text, twice: { type: 'boolean' } }, allowPositionals: true });
    must(kVerbs[verb], `there is no command "${verb}"`);
    process.stdout.write(`${JSON.stringify(await kVerbs[verb](values, rest))}\n`);
    process.exit(0);
} catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
}
