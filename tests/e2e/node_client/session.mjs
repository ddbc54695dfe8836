// One connection to the hub, from PROTOCOL.md section 2: the socket with its pin, and what is said.
import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import { connect } from 'node:tls';
import {
    changeHash, commitmentOf, fromBase64, helloText, must, receiptText, signedBy, signText,
} from './wire.mjs';
import { named, startsHash } from './replica.mjs';

function moduleOfDebian(name) {
    const require = createRequire(import.meta.url);
    try {
        return require(name);
    } catch {
        return require(`/usr/share/nodejs/${name}`);  // where only Debian's own node looks by itself
    }
}
const WebSocket = moduleOfDebian('ws');

const kMessageBytesMax = 262144;
const kSilenceMs = 45000;
const kPingAfterMs = 20000;
const kCredit = String(kMessageBytesMax);
export const kProgram = 'node client 1';
export const kEmptyHash = 'A'.repeat(43);

/// A TLS socket whose other end has the pinned key. Nothing is written to it before that is known.
function pinned(address, pin) {
    const { hostname, port } = new URL(address);
    return new Promise((resolve, reject) => {
        // The certificate is the hub's own: no authority vouches for it, the pin does.
        const socket = connect({ host: hostname, port, minVersion: 'TLSv1.3', rejectUnauthorized: false });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
            const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
            if (createHash('sha256').update(key).digest('base64url') === pin) return resolve(socket);
            socket.destroy();
            reject(new Error('the hub at this address is not the one of the code: another key'));
        });
    });
}

const flipped = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);

/// For the test of this client's own checks: what came is changed before it is looked at.
const kDamages = {
    receipt: (m) => m.type === 'ack' && { ...m, signature: flipped(m.signature) },
    digest: (m) => m.type === 'checkpoint' && { ...m, digest: flipped(m.digest) },
    own: (m) => m.type === 'changes' && { ...m, entries: m.entries.map((e) => (e.kind === 'own' ? { ...e, hash: flipped(e.hash) } : e)) },
    payload: (m) => m.type === 'changes' && { ...m, entries: m.entries.map((e) => (Array.isArray(e) ? e.map((cell) =>
        (String(cell).startsWith('{') ? cell.replace('changed', 'chanted') : cell)) : e)) },
};

export class Line {
    static async open(address, pin, damage) {
        const socket = await pinned(address, pin);
        const agent = new Agent();
        agent.createConnection = () => socket;
        const ws = new WebSocket(`${address}/sync`, ['balie.v1'], { agent, maxPayload: kMessageBytesMax, perMessageDeflate: false });
        const line = new Line(ws, kDamages[damage] ?? (() => undefined));
        await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
        must(ws.protocol === 'balie.v1', `the hub chose the subprotocol "${ws.protocol}"`);
        return line;
    }

    constructor(ws, damage) {
        this.ws = ws;
        this.waiting = [];
        this.wake = () => {};
        ws.on('message', (data, binary) => {
            const message = binary ? { type: 'binary' } : JSON.parse(data.toString('utf8'));
            this.waiting.push(damage(message) || message);
            this.wake();
        });
        ws.on('close', (code) => this.end(`the hub closed the connection (${code})`));
        ws.on('error', (error) => this.end(error.message));
    }

    end(why) {
        this.ended ??= why;
        this.wake();
    }

    send(message) {
        const text = JSON.stringify(message);
        must(Buffer.byteLength(text) <= kMessageBytesMax, 'a message is too large');
        this.ws.send(text);
    }

    /// The next message that is not about the line itself; undefined when `until` has passed.
    async next(until = Infinity) {
        const silentAt = Date.now() + kSilenceMs;
        for (let pinged = false; ;) {
            const message = this.waiting.shift();
            if (message === undefined) {
                must(!this.ended, this.ended);
                const now = Date.now();
                if (now >= until) return undefined;
                must(now < silentAt, 'the hub says nothing any more');
                const pingAt = pinged ? silentAt : silentAt - kSilenceMs + kPingAfterMs;
                if (now >= pingAt && !pinged) {
                    this.send({ type: 'ping', wall_ms: String(now) });
                    pinged = true;
                }
                await this.wait(Math.max(1, Math.min(until, silentAt, pinged ? silentAt : pingAt) - now));
            } else if (message.type === 'ping') {
                this.send({ type: 'pong', wall_ms: String(Date.now()), ping_wall_ms: message.wall_ms });
            } else if (message.type !== 'pong') {
                return message;
            }
        }
    }

    wait(ms) {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            this.wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }

    /// The next message, which must be of this type.
    async expect(type) {
        const message = await this.next();
        must(message.type !== 'error', `the hub refuses: ${message.code}: ${message.text}`);
        must(message.type === type, `${type} was due, ${message.type} came`);
        return message;
    }

    async close() {
        this.send({ type: 'bye', reason: 'done' });
        this.ws.close(1000);
        for (const until = Date.now() + 5000; !this.ended && Date.now() < until;) await this.wait(until - Date.now());
    }
}

/// What is said after WELCOME, until everything is sent, confirmed and compared.
export class Conversation {
    /// `terminal`: the state and its replica (client.mjs). `twice`: every PUSH goes out a second time.
    constructor(line, challenge, terminal, { twice = false } = {}) {
        Object.assign(this, { line, challenge, terminal, twice, marks: [], unanswered: [], checked: -1n });
        this.heard = { changes: 0, enter: 0, leave: 0, own: 0, snapshots: 0, checkpoints: 0, repeated: 0 };
    }

    async hello() {
        const { state, replica } = this.terminal;
        const last = state.log.at(-1);
        const pending = this.terminal.unsent();
        const sent = Date.now();
        const message = {
            type: 'hello', version: 1, schema_version: 1, program: kProgram,
            device: state.device, incarnation: state.incarnation,
            last_seq: last?.seq ?? '0', last_hash: last?.hash ?? kEmptyHash,
            ...(state.epoch ? { epoch_seen: state.epoch } : {}),
            cursor: state.cursor, digest: replica.digest(), pending: String(pending.length),
            oldest_pending_ms: String(pending.length ? Math.max(0, sent - Number(BigInt(pending[0].stamp) >> 16n)) : 0),
            wall_ms: String(sent),
        };
        this.line.send({ ...message, signature: signText(state.key, helloText(this.challenge, message)) });
        const welcome = await this.line.expect('welcome');
        must(welcome.version === 1, `the hub goes on in version ${welcome.version}`);
        must(welcome.directive === 'go', `the hub says ${welcome.directive}: ${welcome.text}`);
        must(welcome.cursor === state.cursor, `the hub was restored: it only knows ${welcome.cursor}`);
        must(this.terminal.hashOf(BigInt(welcome.acked_seq)) === welcome.acked_hash, 'the hub has another log of this device');
        this.offset = Math.round(Number(welcome.wall_ms) - (sent + Date.now()) / 2);
        Object.assign(state, { epoch: welcome.epoch, scope: welcome.scope, role: welcome.role });
        this.terminal.save();
        this.goal = BigInt(welcome.hub_seq);
        this.window = welcome.push_window;
    }

    /// Sends and takes in until nothing is left; then, with `changes`, until so many changes of
    /// others came besides, or `until` has passed.
    async run({ changes = 0, until = Infinity, ready = () => {} } = {}) {
        this.pull();
        let live = false;
        for (;;) {
            this.push();
            if (!live && this.whole()) {
                live = true;
                this.heard.live = 0;
                ready();
            }
            if (live && this.heard.live >= changes && this.whole()) return;
            const message = await this.line.next(live ? until : Infinity);
            must(message !== undefined, `only ${this.heard.live} of ${changes} changes came in time`);
            this.take(message);
        }
    }

    /// Everything sent has a verdict, everything with a place in the log is here, and a checkpoint
    /// said that the copy is right there.
    whole() {
        const { state } = this.terminal;
        return !state.loading && this.unanswered.length === 0 && this.terminal.unsent().length === 0 &&
            BigInt(state.cursor) >= this.goal && this.checked === BigInt(state.cursor);
    }

    take(message) {
        switch (message.type) {
            case 'ack': return this.acked(message);
            case 'snapshot': return this.loaded(message);
            case 'changes': return this.changed(message);
            case 'checkpoint': return this.compared(message);
            case 'mark': return message.reached ? undefined : this.marks.push(message);
            case 'error': return must(false, `the hub refuses (${message.level}): ${message.code}: ${message.text}`);
            case 'bye': return must(false, `the hub says goodbye: ${message.reason}`);
            default: return this.line.send({ type: 'error', level: 'frame', code: 'unknown_message',
                text: `no message ${message.type} is known here`, retry_ms: '-1', expected_seq: '0' });
        }
    }

    // --- coming in ----------------------------------------------------------------------------------
    pull() {
        const { state } = this.terminal;
        const own = [[state.incarnation, this.terminal.confirmedTo()]];
        this.line.send({ type: 'pull', cursor: state.cursor, credit_bytes: kCredit,
            ...(state.loading ? { snapshot: { ...state.loading, own } } : {}) });
    }

    loaded(message) {
        const { state, replica } = this.terminal;
        must(state.loading && message.after === state.loading.after, 'a part of another snapshot came');
        must(state.loading.hub_seq === '0' || state.loading.hub_seq === message.hub_seq, 'the snapshot changed under way');
        replica.snapshot(message);
        for (const [incarnation, seq, , effective, start] of message.own) {
            if (incarnation === state.incarnation) this.terminal.confirm(seq, effective, start);
        }
        state.loading = message.done ? null : { hub_seq: message.hub_seq, after: message.to };
        if (message.done) state.cursor = message.hub_seq;
        ++this.heard.snapshots;
        this.applied();
    }

    changed(message) {
        const { state, replica } = this.terminal;
        if (state.loading?.after === '') state.loading = null;  // a hub without snapshots sends its log
        must(!state.loading, 'changes came in the middle of a snapshot');
        must(message.from === state.cursor, `changes from ${message.from} came, this is at ${state.cursor}`);
        let before = { seq: BigInt(message.from) };
        for (const entry of message.entries) {
            const row = Array.isArray(entry) ? this.row(message.columns, entry, before) : entry;
            must(BigInt(row.hub_seq) > before.seq, 'the entries are not in the order of hub_seq');
            before = Array.isArray(entry) ? { ...row, seq: BigInt(row.hub_seq) } : { ...before, seq: BigInt(row.hub_seq) };
            if (Array.isArray(entry)) {
                must(commitmentOf(fromBase64(row.salt, 16), row.payload).equals(fromBase64(row.commitment)),
                    `the payload of ${row.hub_seq} is not what its author committed to`);
                replica.change([row.effective, row.device, row.incarnation, row.number], row.payload);
                ++this.heard.changes;
            } else if (row.kind === 'own') {
                this.terminal.confirm(row.seq, row.effective, row.hash);
                ++this.heard.own;
            } else if (row.kind === 'enter') {
                replica.put(row.record_type, row.id, row.birth, row.values, row.edited);
                ++this.heard.enter;
            } else {
                must(row.kind === 'leave', `an entry of kind ${row.kind} came`);
                replica.leave(row.record_type, row.id);
                ++this.heard.leave;
            }
            if (row.kind !== 'own' && this.heard.live !== undefined) ++this.heard.live;
        }
        must(before.seq <= BigInt(message.to), 'the entries go beyond their end');
        state.cursor = message.to;
        this.applied();
    }

    /// A row with what it leaves to the one before; `number` is its author's seq.
    row(columns, entry, before) {
        const row = named(columns, entry);
        for (const name of ['transaction', 'action', 'user', 'device', 'incarnation']) row[name] ??= before[name];
        must(row.device !== undefined && row.incarnation !== undefined, 'a row names no author');
        return { ...row, number: row.seq };
    }

    /// Durable first, then told.
    applied() {
        this.terminal.save();
        if (!this.terminal.state.loading) this.line.send({ type: 'applied', cursor: this.terminal.state.cursor });
        this.pull();
        this.answerMarks();
    }

    compared(message) {
        const { state, replica } = this.terminal;
        must(!state.loading, 'a checkpoint came in the middle of a snapshot');
        must(message.hub_seq === state.cursor, `a checkpoint for ${message.hub_seq} came, this is at ${state.cursor}`);
        const own = replica.digest();
        must(own === message.digest, `the copy is not the hub's at ${message.hub_seq}: ${own}, the hub has ${message.digest}`);
        this.checked = BigInt(message.hub_seq);
        ++this.heard.checkpoints;
    }

    answerMarks() {
        const reached = this.marks.filter((mark) => BigInt(mark.seq) <= BigInt(this.terminal.state.cursor));
        this.marks = this.marks.filter((mark) => !reached.includes(mark));
        for (const mark of reached) this.line.send({ ...mark, reached: true });
    }

    // --- going out ------------------------------------------------------------------------------------
    push() {
        const { state } = this.terminal;
        while (this.unanswered.length < this.window) {
            const first = this.terminal.unsent()[0]?.seq ?? state.log.length + 1;
            const sent = BigInt(this.unanswered.at(-1)?.last ?? BigInt(first) - 1n);
            const changes = this.terminal.batchAfter(sent);
            if (changes.length === 0) return;
            const columns = ['transaction', 'action', 'stamp', 'user', 'schema', 'payload', 'salt', 'commitment', 'hash'];
            const message = {
                type: 'push', first: changes[0].seq, clock_offset_ms: String(this.offset), columns,
                previous: this.terminal.hashOf(sent),
                rows: changes.map((change) => columns.map((name) => change[name])),
            };
            for (const again of this.twice ? [false, true] : [false]) {
                this.line.send(message);
                this.unanswered.push({ changes, last: changes.at(-1).seq, again });
            }
        }
    }

    acked(message) {
        const { state } = this.terminal;
        const batch = this.unanswered.shift();
        must(batch, 'an ACK came to which nothing was asked');
        const verdicts = message.verdicts.map((row) => named(message.columns, row));
        must(signedBy(state.hub_key, receiptText(state.device, message, verdicts), message.signature),
            'the receipt is not signed by the hub');
        const last = batch.changes.at(-1);
        must(BigInt(message.acked_seq) >= BigInt(last.seq), 'the receipt ends before the batch does');
        must(this.terminal.hashOf(BigInt(message.acked_seq)) === message.acked_hash, 'the receipt is for another log');
        const said = JSON.stringify(verdicts);
        if (batch.again) {
            must(said === this.said, `the same batch got other verdicts: ${said}, before ${this.said}`);
            ++this.heard.repeated;
            return;
        }
        this.said = said;
        let next = BigInt(batch.changes[0].seq);
        for (const verdict of verdicts) {
            must(BigInt(verdict.first) === next, 'the verdicts leave changes out');
            next = BigInt(verdict.last) + 1n;
            must(['applied', 'superseded', 'conflict', 'set_aside'].includes(verdict.kind), `a verdict ${verdict.kind} came`);
            const changes = state.log.slice(Number(verdict.first) - 1, Number(verdict.last));
            must(changes.every((change) => change.transaction === verdict.transaction), 'a verdict on another transaction');
            const inLog = verdict.kind !== 'set_aside';
            must(verdict.effective.length === (inLog ? changes.length : 0), 'not one effective stamp for each change');
            for (const change of changes) Object.assign(change, { verdict: verdict.kind, code: verdict.code, detail: verdict.detail });
            if (BigInt(verdict.hub_seq) > this.goal) this.goal = BigInt(verdict.hub_seq);
        }
        must(next === BigInt(last.seq) + 1n, 'the verdicts leave changes out');
        this.terminal.save();
    }
}

/// A change of the device's own, with its place in the chain (sections 4 and 5).
export function chained(state, change, salt) {
    const previous = state.log.at(-1)?.hash ?? kEmptyHash;
    const commitment = commitmentOf(salt, change.payload);
    return {
        ...change,
        salt: salt.toString('base64url'),
        commitment: commitment.toString('base64url'),
        hash: changeHash(fromBase64(previous, 32), state, change, commitment).toString('base64url'),
    };
}

export { startsHash };
