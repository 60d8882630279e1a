/** The shapes of the wire, by the names this program uses. The only file that knows the document's names. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Category = Schemas['Category'];
export type Exception = Schemas['Exception'];
export type Link = Schemas['LinkState'];
export type Standing = Link['standing'];
export type Outlet = Schemas['Outlet'];
export type OutletView = Schemas['OutletView'];
export type Packet = Schemas['Packet'];
export type Ladder = Schemas['LadderView'];
export type PairedScreen = Schemas['ScreenView'];
export type Permission = Schemas['Permission'];
export type Problem = Schemas['Problem'];
export type Product = Schemas['Product'];
export type Room = Schemas['Room'];
export type RoomState = Schemas['RoomState'];
export type RoomView = Schemas['RoomView'];
export type Sale = Schemas['SaleView'];
export type Session = Schemas['Session'];
export type SignedIn = Schemas['SignedInNow'];
export type StaffName = Schemas['StaffName'];
export type StaffSession = Schemas['SignedInView'];
export type Studio = Schemas['Studio'];
export type Direction = Schemas['Direction'];
export type IntakeBody = Schemas['IntakeBody'];
export type OpenShift = Schemas['OpenShiftView'];
export type Shift = Schemas['Shift'];
export type Settlement = Schemas['Settlement'];
export type ListedCommand = Schemas['ListedCommand'];
export type CommandState = Schemas['CommandState'];
/** The first of some commands, and how many there are. */
export interface Listed {
  commands: ListedCommand[];
  total: number;
}
export type Remedy = Schemas['CommandRemedy'];
export type RemedyBody = Schemas['RemedyBody'];
export type Sync = Schemas['SyncView'];
export type Ticket = Schemas['TicketView'];
export type Wanted = Schemas['Wanted'];
export type WantedBody = Schemas['WantedWish'];
/** Who was found by a phone's number. */
export type Find = Schemas['FoundTicket'];
/** Somebody from afar who has not checked in yet. */
export type Expected = Schemas['ExpectedTicket'];
/** A printer or a camera of the outlet. */
export type Device = Schemas['Device'];
/** They, and the edge's own disk. */
export type Devices = Schemas['Devices'];
export type TicketRow = Schemas['Ticket'];
export type TicketState = Schemas['TicketState'];

/** Minutes until a number is called, from at best to at worst. */
export type Wait = Schemas['Wait'];
type QueuePage = Schemas['QueuePage'];
/** What the queue says of itself beside its tickets; nothing until it was asked. */
export type QueueHead = Partial<Pick<QueuePage, 'intake' | 'wait' | 'wait_by_category'>>;
export type Zone = Schemas['Zone'];

export type IssueBody = Schemas['IssueBody'];
export type SellBody = Schemas['SellBody'];

export const TICKET_ACTS = [
  'call',
  'recall',
  'hold',
  'resume',
  'no-show',
  'return',
  'transfer',
  'lane',
  'cancel',
  'start',
  'undo',
] as const;
export type TicketAct = (typeof TICKET_ACTS)[number];

/** What the acts take, together; each act takes its own part. */
export type TicketActBody = Partial<
  Schemas['TransferBody'] & Schemas['ReasonBody'] & Schemas['StartBody'] & Schemas['LaneBody']
>;

/** A committed row, as an event tells it. */
export type Change = Schemas['Change'];
