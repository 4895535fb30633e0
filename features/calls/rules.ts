export const CALL_KINDS = ['voice', 'video'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** What its card says, where no page shows the card itself: in the list of chats, in what is found, in notifications. */
export const CALL_TITLES = {
  voice: 'Cuộc gọi thoại',
  video: 'Cuộc gọi video',
  group: 'Cuộc gọi nhóm',
} as const satisfies Record<CallKind | 'group', string>;

/** How sound and pictures travel: straight between the devices, or through the media server. */
export const CALL_MODES = ['mesh', 'server'] as const;
export type CallMode = (typeof CALL_MODES)[number];

/** How a call came to its end: everybody left, a leader or who began it ended it for all, or it was lost with the house. */
export const CALL_ENDS = ['left', 'ended', 'declined', 'missed', 'cancelled', 'busy', 'lost'] as const;
export type CallEnd = (typeof CALL_ENDS)[number];

/** What became of ringing somebody. `answered` also where they joined by themselves meanwhile. */
export const RING_ENDS = ['answered', 'declined', 'missed', 'cancelled', 'busy'] as const;
export type RingEnd = (typeof RING_ENDS)[number];

/** In the call, or before its door. */
export const SEAT_STATES = ['in', 'waiting'] as const;
export type SeatState = (typeof SEAT_STATES)[number];

/** Devices that hear each other without any server between; one more, and the media server takes over. */
export const MESH_MOST = 4;
/** People in one call. */
export const SEATS_MOST = 50;
/** People rung at once, and in one call altogether. */
export const RUNG_MOST = 50;
/** A group of no more members than this is rung as a whole; in a larger one only those who are named. */
export const RING_ALL_MOST = 32;
export const RING_MS = 45_000;
/** Whoever has rung somebody in vain so often within this time rings them without sound, unless it is urgent. */
export const RING_OFTEN = 5;
export const RING_OFTEN_MS = 180_000;
/** How often a device in a call says that it still is. */
export const BEAT_MS = 10_000;
/** A seat that has not been heard of for so long is empty. */
export const SEAT_LOST_MS = 35_000;
/** One whose page is closed or loaded again: until it is there again, or never. */
export const SEAT_GOING_MS = 12_000;
/** How long credentials of the relay are good for. */
export const ICE_SECONDS = 600;
/** Before they end, credentials are asked for anew. */
export const ICE_RENEW_MS = 60_000;
export const SDP_MOST = 49_152;
export const CANDIDATE_MOST = 1_024;
/** Candidates in one frame. */
export const CANDIDATES_MOST = 20;
/** Calls read at once, for their cards. */
export const READ_MOST = 50;
/** Of the attendance list. */
export const ATTENDANCE_PAGE = 100;
/** Comings and goings of one person that are listed by themselves. */
export const STAYS_MOST = 20;
/** The number of people in a call is told to its group no more often. */
export const COUNT_MS = 5_000;

/** Whether somebody who leads may silence, let in, put out and end. In a conversation of two nobody does. */
export function leadsCall({ role, pair }: { readonly role: string; readonly pair: boolean }): boolean {
  return !pair && (role === 'owner' || role === 'deputy');
}
