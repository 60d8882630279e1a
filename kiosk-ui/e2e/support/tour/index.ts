/** The way past every screen in every state worth a look: real rows, brought there as people bring them. */
import * as back from './back';
import * as chosen from './chosen';
import * as guests from './guests';
import * as staff from './staff';
import type { Part } from './steps';

export { messages } from './steps';

export const PARTS: Record<string, Part> = {
  customers: guests.customers,
  idle: guests.idle,
  display: guests.display,
  'in a room': guests.inRoom,
  'signing in': staff.signingIn,
  board: staff.board,
  rooms: staff.rooms,
  counter: staff.counter,
  till: back.till,
  intake: back.intake,
  devices: back.devices,
  connection: back.connection,
  'sync desk': back.syncDesk,
  exceptions: back.exceptions,
  choice: chosen.choice,
  'plugged in': chosen.plugged,
  phone: chosen.phone,
};

/** What concerns all outlets: after all others, one by one. */
export const LAST: Record<string, Part> = { held: back.held };
