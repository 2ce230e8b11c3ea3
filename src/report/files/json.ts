/** A record as the files of a run hold it: indented by two, with a line feed at the end. */
export function renderJson(record: object): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
