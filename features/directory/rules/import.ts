/** A staff list of this many bytes at most, and so many rows of people. */
export const FILE_MOST = 20_000_000;
export const ROWS_MOST = 50_000;

/** What a staff list says of a person. */
export const FIELDS = ['name', 'phone', 'unit', 'position', 'area', 'email'] as const;
export type Field = (typeof FIELDS)[number];

export const RESULTS = ['added', 'changed', 'moved', 'left', 'unchanged', 'wrong'] as const;
export type Result = (typeof RESULTS)[number];

/** Why a row is not taken; what the sentence needs stands beside the code. */
export const WRONG_CODES = [
  'name_missing',
  'name_wrong',
  'name_long',
  'phone_missing',
  'phone_short',
  'phone_long',
  'phone_letters',
  'phone_many',
  'phone_scientific',
  'phone_foreign',
  'phone_old',
  'phone_fixed',
  'phone_not_mobile',
  'phone_twice',
  'unit_unknown',
  'unit_ambiguous',
  'unit_long',
  'unit_deep',
  'area_unknown',
  'area_ambiguous',
  'position_long',
  'email_wrong',
] as const;

/**
 * Why an entry wants to be looked at before it is applied: somebody who leaves owns groups, or administers; a number that now has a
 * name without any likeness to the old one (given to somebody else, who would inherit the chats?); a new entry that has name
 * and unit of one who leaves (a new number of the same person?); a number of one who left long ago now belongs to another.
 */
export const REVIEWS = ['owns_groups', 'administrator', 'other_name', 'new_number', 'number_reused'] as const;
export type Review = (typeof REVIEWS)[number];
