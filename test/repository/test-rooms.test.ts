import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { z } from 'zod';
import { packageRoot } from '../../src/package-root.js';
import { repositoryFiles } from './repository-files.js';

/* Rooms of tests (.ci/rooms.mjs): a file that no room has would never run, a name that is no file's would guard nothing. */

const names = z.array(z.string());
const roomOf = z.function({ input: [z.string()], output: z.string().nullable() });
const roomsModule = z.object({
  wholeRuns: names,
  alone: names,
  slow: names,
  roomOf,
  fastRoomOf: roomOf,
});

async function readRooms() {
  return roomsModule.parse(await import(pathToFileURL(join(packageRoot, '.ci', 'rooms.mjs')).href));
}

const ending = '.test.ts';
const testFiles = repositoryFiles()
  .filter((file) => file.startsWith('test/') && file.endsWith(ending))
  .map((file) => file.slice('test/'.length, -ending.length));

test('every test file has a room; the fast tests leave out whole runs and slow files, and keep the rooms of the others', async (t) => {
  const rooms = await readRooms();
  t.true(testFiles.length > 300);
  for (const file of testFiles) {
    t.is(typeof rooms.roomOf(file), 'string', file);
    const isSlow =
      [...rooms.alone, ...rooms.slow].includes(file) ||
      rooms.wholeRuns.some((room) => file.startsWith(`${room}/`));
    t.is(rooms.fastRoomOf(file), isSlow ? null : rooms.roomOf(file), file);
  }
});

test('every name in the lists of rooms is that of a test file, or of a folder of them', async (t) => {
  const rooms = await readRooms();
  for (const name of [...rooms.alone, ...rooms.slow]) t.true(testFiles.includes(name), name);
  for (const room of rooms.wholeRuns) {
    t.true(
      testFiles.some((file) => file.startsWith(`${room}/`)),
      room,
    );
  }
});
