// The vectors of PROTOCOL.md, recomputed: what fails here would fail later in a way that is harder
// to understand.
import { createHash } from 'node:crypto';
import { Replica } from './replica.mjs';
import {
    blake2b, changeHash, codeHalf, commitmentOf, enrolText, fromBase64, helloText, must, receiptText, signedBy,
} from './wire.mjs';
import { kEmptyHash } from './session.mjs';
import { named } from './replica.mjs';

const blocks = (page, language) => [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'g'))].map((m) => m[1]);

export function check(page) {
    for (const bytes of [0, 1, 127, 128, 129, 255, 256, 1000]) {
        const data = Buffer.alloc(bytes, bytes);
        must(blake2b(64, data).equals(createHash('blake2b512').update(data).digest()), `BLAKE2b of ${bytes} bytes is wrong`);
    }
    const example = Object.fromEntries(blocks(page, 'json').map((block) => JSON.parse(block)).reverse().map((m) => [m.type, m]));
    const texts = blocks(page, 'text');
    const text = (start) => `${texts.find((block) => block.startsWith(start))}\n`;
    const vectors = Object.fromEntries(texts.filter((block) => /^(payload 1|creation)/.test(block))
        .flatMap((block) => block.split('\n')).map((line) => line.match(/^(\w+(?: \d)?) +(.*)$/).slice(1)));
    const { challenge, enrol, enrolled, hello, push, ack } = example;

    must(codeHalf('000G40R40M30E209FA', 10).equals(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])), 'the code is read wrongly');
    must(enrolText(challenge, enrol) === text('balie.enrol.v1'), 'ENROL is signed over another text');
    must(signedBy(enrol.public_key, text('balie.enrol.v1'), enrol.signature), 'the signature of ENROL is wrong');
    must(helloText(challenge, hello) === text('balie.hello.v1'), 'HELLO is signed over another text');
    must(signedBy(enrol.public_key, text('balie.hello.v1'), hello.signature), 'the signature of HELLO is wrong');
    const verdicts = ack.verdicts.map((row) => named(ack.columns, row));
    must(receiptText(hello.device, ack, verdicts) === text('balie.receipt.v1'), 'the receipt is signed over another text');
    must(signedBy(enrolled.hub_public_key, text('balie.receipt.v1'), ack.signature), 'the signature of the receipt is wrong');

    const replica = new Replica();
    let previous = fromBase64(kEmptyHash, 32);
    let before = {};
    push.rows.forEach((entry, i) => {
        const change = { ...named(push.columns, entry), seq: String(i + 1) };
        for (const name of ['transaction', 'action', 'user']) change[name] ??= before[name];
        before = change;
        must(change.payload === vectors[`payload ${i + 1}`], `payload ${i + 1} is not the vector's`);
        const commitment = commitmentOf(Buffer.from(vectors[`salt ${i + 1}`], 'hex'), change.payload);
        must(commitment.toString('hex') === vectors[`commitment ${i + 1}`], `commitment ${i + 1} is wrong`);
        previous = changeHash(previous, hello, change, commitment);
        must(previous.toString('hex') === vectors[`hash ${i + 1}`], `hash ${i + 1} is wrong`);
        replica.change([verdicts[0].effective[i], hello.device, hello.incarnation, change.seq], change.payload);
        const digest = fromBase64(replica.digest()).toString('hex');
        must(digest === vectors[['creation', 'sum'][i]], `the digest after change ${i + 1} is wrong: ${digest}`);
    });
    return { checked: true };
}
