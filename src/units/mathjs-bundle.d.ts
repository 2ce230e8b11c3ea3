/** The whole of mathjs in one file. Its package describes only the same functions spread over some 900 files. */
declare module 'mathjs/lib/browser/math.js' {
  import type * as mathjs from 'mathjs';

  const bundle: Pick<typeof mathjs, 'all' | 'create'>;
  export = bundle;
}
