/**
 * Fields of `/proc/PID/stat` behind the name of the process, which may hold anything: the state, field 3 of proc(5), comes first.
 * Linux only.
 */
export function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
