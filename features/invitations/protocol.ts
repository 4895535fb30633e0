import { problems } from '../../protocol/problem.ts';

export const invitationProblems = problems({
  'invitation.not_allowed': {
    status: 403,
    summary: 'The actor may not invite numbers that are not on the staff list.',
  },
  'invitation.too_many': {
    status: 409,
    summary: 'More numbers than one person may invite within 24 hours; `most` says how many.',
  },
});
