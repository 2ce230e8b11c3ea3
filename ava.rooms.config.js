import { roomOf, writeRooms } from './.ci/rooms.mjs';
import all from './ava.config.js';

/** `npm test`: all tests, room by room. */
export default () => ({ ...all, files: writeRooms(roomOf) });
