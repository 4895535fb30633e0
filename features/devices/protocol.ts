import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';

export const DeviceShape = z.strictObject({
  id: Id,
  kind: z.enum(['phone', 'tablet', 'computer']),
  /** “Android”, “Windows”; empty where it is not known. */
  system: z.string(),
  /** “Chrome”, “Cốc Cốc”; empty where it is not known. */
  browser: z.string(),
  signedInAt: Time,
  /** To the minute. */
  usedAt: Time,
});
export type Device = z.output<typeof DeviceShape>;

export const deviceActions = actions({
  'device.list': {
    summary: 'The devices on which the actor is signed in, this one first, then those used last.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({}),
    output: z.strictObject({ devices: z.array(DeviceShape), current: Id, at: Seq }),
  },
  'device.signOut': {
    summary: 'End the session of another device of the actor. What is not there is not an error.',
    kind: 'change',
    who: 'account',
    rate: { burst: 30, perMinute: 30 },
    audit: { topic: 'sign_in' },
    input: z.strictObject({ device: Id }),
    output: z.strictObject({ ended: z.boolean() }),
  },
  'device.signOutOthers': {
    summary: 'End the sessions of all other devices of the actor.',
    kind: 'change',
    who: 'account',
    rate: { burst: 10, perMinute: 10 },
    audit: { topic: 'sign_in' },
    input: z.strictObject({}),
    output: z.strictObject({ ended: z.number().int() }),
  },
  'device.signOutThis': {
    summary: 'End the session of this device; the browser is told to forget everything of this site.',
    kind: 'change',
    who: 'account',
    door: 'http',
    rate: { burst: 10, perMinute: 10 },
    audit: { topic: 'sign_in' },
    input: z.strictObject({}),
    output: z.strictObject({}),
  },
});

export const deviceEvents = events({
  'device.added': {
    summary: 'The account signed in on a further device.',
    stream: 'account',
    body: z.strictObject({ device: DeviceShape }),
  },
  'device.ended': {
    summary: 'These devices of the account are signed out.',
    stream: 'account',
    body: z.strictObject({ devices: z.array(Id) }),
  },
});
