/** `a`, `a and b`, `a, b and c`: names in a sentence; of none the empty text. */
export function wordList(names: readonly string[], last: 'and' | 'or'): string {
  const end = names.at(-1) ?? '';
  return names.length < 2 ? end : `${names.slice(0, -1).join(', ')} ${last} ${end}`;
}
