// Loads the WebAssembly core and runs it over the fixtures: node run.mjs <core.wasm> <fixtures folder>
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { join } from "node:path";
import { encode, train } from "./bpe.mjs";

const [, , module, fixtures] = process.argv;
const random = (pointer, count) => webcrypto.getRandomValues(new Uint8Array(core.memory.buffer, pointer, count));
const { instance } = await WebAssembly.instantiate(readFileSync(module), { env: { arc4random_buf: random } });
const core = instance.exports;

let failed = 0;
let passed = 0;

function load(name, atLeast) {
  const cases = readFileSync(join(fixtures, name), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  if (cases.length < atLeast) throw new Error(`${name} has ${cases.length} cases, expected ${atLeast} at least`);
  return cases;
}

function call(name, bytes, ...rest) {
  const input = core.allocate(bytes.length);
  new Uint8Array(core.memory.buffer).set(bytes, input);
  const output = core[name](input, bytes.length, ...rest);
  const length = new DataView(core.memory.buffer).getUint32(output, true);
  const answer = Buffer.from(new Uint8Array(core.memory.buffer, output + 4, length));
  core.release(input);
  core.release(output);
  return answer;
}

function check(name, got, expected) {
  if (got === expected) {
    passed += 1;
  } else {
    failed += 1;
    console.error(`${name}: got ${got}\n  expected ${expected}`);
  }
}

const hexOf = (text) => [...Buffer.from(text)].map((byte) => byte.toString(16)).join("");
const line = (frame) =>
  `${frame.ids.join(",")} ${frame.done}` + (frame.finish_reason === undefined ? "" : ` ${hexOf(frame.finish_reason)}`);

// As in FrameFormat.allCases.
const formats = ["msgpack", "protobuf", "msgpack-delta", "protobuf-delta", "compact"];
const [msgpack, protobuf, msgpackDelta, protobufDelta, compact] = formats.keys();
const idsOf = (bytes, format) =>
  call("frames", bytes, format, bytes.length).toString().split("\n").map((text) => text.split(" ")[0]).filter(Boolean).join(",");

for (const { id, format, hex, frames } of load("frames-valid.jsonl", 249)) {
  const bytes = Buffer.from(hex, "hex");
  const expected = [...frames.map(line), "ok"].join("\n");
  const plain = call("recode", bytes, formats.indexOf(format), msgpack);
  for (const delta of [msgpackDelta, protobufDelta]) {
    const there = call("recode", plain, msgpack, delta);
    check(`${id} to ${formats[delta]}`, call("recode", there, delta, msgpack).toString("hex"), plain.toString("hex"));
  }
  const short = call("recode", plain, msgpack, compact);
  check(`${id} to compact`, idsOf(short, compact), idsOf(plain, msgpack));
  for (const chunk of [bytes.length, 1, 7]) {
    check(`${id} in chunks of ${chunk}`, call("frames", bytes, formats.indexOf(format), chunk).toString(), expected);
  }
}
for (const { id, format, hex, frames_before, code } of load("frames-invalid.jsonl", 193)) {
  if (!code) continue;
  const bytes = Buffer.from(hex, "hex");
  const expected = [...(frames_before ?? []).map(line), code].join("\n");
  check(id, call("frames", bytes, formats.indexOf(format), 3).toString(), expected);
}
for (const golden of load("frames-writer.jsonl", 39)) {
  const shortest = golden.protobuf_default_omitted ?? golden.protobuf;
  const packed = Buffer.from(golden.msgpack, "hex");
  const message = Buffer.from(golden.protobuf, "hex");
  check(`${golden.id} to protobuf`, call("recode", packed, msgpack, protobuf).toString("hex"), shortest);
  check(`${golden.id} to msgpack`, call("recode", message, protobuf, msgpack).toString("hex"), golden.msgpack);
}
for (const [table, expected] of [
  ["030702ac02", "030702ac02"], ["00", "00"], ["020505", "the id 5 at rank 1 stands in the table before"], ["01", "(byte 1)"],
]) {
  const got = call("ranks", Buffer.from(table, "hex"));
  check(`rank table ${table}`, got.toString(/^[0-9a-f]+$/.test(expected) ? "hex" : "utf8").endsWith(expected), true);
}

// As in ToolCallConvention.allCases.
for (const [convention, body, expected] of [
  [1, '{"name": "f", "arguments": {"a": "é"}}', 'f {"a": "é"}\n<|im_start|><tool_response></tool_response><|im_end|><|im_start|>'],
  [3, "[{'name': 'f', 'arguments': {'a': None,}}]", 'f {"a":null}\n[TOOL_RESULTS][/TOOL_RESULTS]'],
  [2, "g(x=1)", 'g {"x":1}\n<|tool_response|><|end|><|assistant|>'],
  [6, "no call", " no call\n"],
]) {
  check(`tool calls: ${body}`, call("toolCalls", Buffer.from(body), convention).toString(), expected);
}

const pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const texts = [
  "the theme of the thesis is that these themes are the same, and that's that",
  "", "a", "  two  spaces\n\n\tand tabs \n", "größe, naïve, Ωmega: пример текста, 日本語のテキスト", "👩‍👩‍👧 flags 🇩🇪 end 👍🏽",
  "12345 67 8,90", "we'll they've I'd it's", "the<|end|>these <|end|><|end|> <|en", "=".repeat(500), "the ".repeat(300),
  "\u0000\u0001\u007f\u0085\u00a0\u2028\u3000",
];
const vocabulary = train(texts.join(" "), pattern, 120);
for (const text of texts) {
  const input = [vocabulary.tokens.join("\n"), vocabulary.merges.join("\n"), pattern, text].join("\0");
  const expected = `${encode(text, pattern, vocabulary).join(",")}\n${text}\ufffd\ufffd`;
  check(`tokenize ${JSON.stringify(text.slice(0, 30))}`, call("tokenize", Buffer.from(input)).toString(), expected);
}

console.log(`embedded: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
