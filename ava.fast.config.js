import { fastRoomOf, writeRooms } from './.ci/rooms.mjs';
import all from './ava.config.js';

/** `npm run test:fast`: all tests but whole runs and slow files, room by room. */
export default () => ({ ...all, files: writeRooms(fastRoomOf) });
