// Byte-pair encoding the plain way, as a second source: pieces of the pattern, then the best merge until none is left.

/// The GPT-2 byte alphabet: printable bytes are themselves, the others follow from U+0100.
export const alphabet = (() => {
  const printable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
})();

const spell = (text) => [...Buffer.from(text)].map((byte) => alphabet[byte]);

/// A vocabulary of the 256 bytes and of the pairs that are the most frequent in `sample`, one after another.
export function train(sample, pattern, count) {
  const words = [...sample.matchAll(new RegExp(pattern, "gu"))].map(([piece]) => spell(piece));
  const tokens = [...alphabet];
  const merges = [];
  while (merges.length < count) {
    const pairs = new Map();
    for (const word of words) {
      for (let i = 1; i < word.length; i += 1) {
        const pair = `${word[i - 1]} ${word[i]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...pairs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
    if (best === undefined) break;
    merges.push(best);
    const token = best.replace(" ", "");
    if (!tokens.includes(token)) tokens.push(token);
    for (const word of words) merge(word, best);
  }
  return { tokens, merges };
}

function merge(word, pair) {
  for (let i = 1; i < word.length; i += 1) {
    if (`${word[i - 1]} ${word[i]}` === pair) word.splice(i - 1, 2, word[i - 1] + word[i]);
  }
}

export function encode(text, pattern, { tokens, merges }) {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  return text.split(/(<\|end\|>)/).flatMap((part) => {
    if (part === "<|end|>") return [tokens.length];
    return [...part.matchAll(new RegExp(pattern, "gu"))].flatMap(([piece]) => {
      const word = spell(piece);
      for (const pair of merges) merge(word, pair);
      return word.map((token) => ids.get(token));
    });
  });
}
