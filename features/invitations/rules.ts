/** Days after which an invitation is void. */
export const INVITATION_DAYS = 7;
/** Numbers one person may invite within 24 hours. */
export const INVITATIONS_A_DAY = 100;

/** Who may bring in numbers that are not on the staff list: administrators, and everybody where the agency lets strangers ask to register. */
export function canInvite(actor: { readonly administrator: boolean }, registration: 'directory' | 'approval'): boolean {
  return actor.administrator || registration === 'approval';
}
/** Invitations shown at once of a group. */
export const INVITED_SHOWN = 500;
