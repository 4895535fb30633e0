/** How long a sender may say that it was no secret, and how long an incident is kept. */
export const APPEAL_DAYS = 7;
export const APPEAL_MOST = 500;
export const INCIDENT_DAYS = 730;
export const NOTE_MOST = 500;
export const PROCEDURE_MOST = 4_000;
export const INCIDENTS_PAGE_MOST = 500;
export const FINDINGS_PAGE_MOST = 200;
/** Whoever changes the rules has proved who they are this long ago at most, as for taking the log out. */
export const STEP_UP_MINUTES = 10;
/** Letters of a text, bytes of a file, that can be tried out. */
export const TRY_TEXT_MOST = 20_000;
export const TRY_FILE_MOST = 20 * 1_048_576;

export const INCIDENT_KINDS = ['marked', 'unchecked'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const RULESET_STATES = ['proposed', 'active', 'replaced', 'refused', 'withdrawn'] as const;
export type RulesetState = (typeof RULESET_STATES)[number];

/** What a look at everything that is stored goes over, in this order. */
export const RESCANNED = [
  'message',
  'version',
  'sealed',
  'scheduled',
  'group',
  'account',
  'unit',
  'note',
  'reminder',
  'poll',
  'regulation',
  'phrase',
  'photo',
  'file',
] as const;
export type Rescanned = (typeof RESCANNED)[number];

export const RESCAN_STATES = ['running', 'done', 'stopped'] as const;
export type RescanState = (typeof RESCAN_STATES)[number];
