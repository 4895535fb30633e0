import { problem } from '../protocol/problem.ts';
import { streamActions } from '../protocol/stream.ts';
import { accountActions, accountEvents, accountProblems } from './accounts/protocol.ts';
import { agencyActions, agencyProblems } from './agency/protocol.ts';
import { areaActions, areaProblems } from './areas/protocol.ts';
import { auditActions, auditProblems } from './audit/protocol.ts';
import { calendarActions, calendarEvents } from './calendar/protocol.ts';
import { callActions, callEvents, callProblems } from './calls/protocol.ts';
import { chatActions, chatEvents } from './chats/protocol.ts';
import { deviceActions, deviceEvents } from './devices/protocol.ts';
import { directoryActions } from './directory/protocol.ts';
import { importActions, importProblems } from './directory/protocol/import.ts';
import { fileActions, fileEvents, fileProblems } from './files/protocol.ts';
import { mediaStoreActions } from './files/protocol/keeping.ts';
import { groupActions, groupEvents, groupProblems } from './groups/protocol.ts';
import { governingActions, governingEvents, governingProblems } from './groups/protocol/governing.ts';
import { transferActions, transferEvents, transferProblems } from './groups/protocol/transfer.ts';
import { invitationActions, invitationEvents, invitationProblems } from './invitations/protocol.ts';
import { labelActions, labelEvents, labelProblems } from './labels/protocol.ts';
import { linkActions, linkProblems } from './links/protocol.ts';
import { memberActions, memberEvents, memberProblems } from './members/protocol.ts';
import { comparingActions } from './members/protocol/comparing.ts';
import { leavingActions, leavingEvents } from './members/protocol/leaving.ts';
import { mentionActions } from './mentions/protocol.ts';
import { messageActions, messageEvents, messageProblems } from './messages/protocol.ts';
import { hidingActions, hidingEvents } from './messages/protocol/hiding.ts';
import { changingActions, changingEvents, changingProblems } from './messages/protocol/changing.ts';
import { noteActions, noteEvents, noteProblems } from './notes/protocol.ts';
import { notificationActions, notificationProblems } from './notifications/protocol.ts';
import { reactionActions, reactionEvents, reactionProblems } from './reactions/protocol.ts';
import { quietActions, quietEvents } from './quiet/protocol.ts';
import { phraseActions, phraseEvents } from './phrases/protocol.ts';
import { pinActions, pinEvents, pinProblems } from './pins/protocol.ts';
import { pollActions, pollEvents, pollProblems } from './polls/protocol.ts';
import { previewActions } from './previews/protocol.ts';
import { receiptActions, receiptEvents } from './receipts/protocol.ts';
import { readingActions, readingEvents, readingProblems } from './receipts/protocol/reading.ts';
import { regulationActions, regulationEvents, regulationProblems } from './regulation/protocol.ts';
import { reminderActions, reminderEvents, reminderProblems } from './reminders/protocol.ts';
import { reportActions, reportEvents, reportProblems } from './reports/protocol.ts';
import { requestActions, requestEvents } from './requests/protocol.ts';
import { savedActions, savedEvents, savedProblems } from './saved/protocol.ts';
import { scheduledActions, scheduledEvents, scheduledProblems } from './scheduled/protocol.ts';
import { secrecyActions, secrecyEvents, secrecyProblems } from './secrecy/protocol.ts';
import { rescanActions, rescanEvents, rescanProblems } from './secrecy/protocol/rescan.ts';
import { rulesetActions, rulesetEvents, rulesetProblems } from './secrecy/protocol/ruleset.ts';
import { sealedActions, sealedEvents, sealedProblems } from './sealed/protocol.ts';
import { searchActions } from './search/protocol.ts';
import { unitActions, unitProblems } from './units/protocol.ts';
import { workActions } from './work/protocol.ts';

/** Everything a client can do, in the order of a tour of the product. */
export const actions = {
  ...agencyActions,
  ...accountActions,
  ...deviceActions,
  ...directoryActions,
  ...importActions,
  ...unitActions,
  ...areaActions,
  ...groupActions,
  ...governingActions,
  ...transferActions,
  ...memberActions,
  ...comparingActions,
  ...leavingActions,
  ...requestActions,
  ...linkActions,
  ...invitationActions,
  ...chatActions,
  ...labelActions,
  ...quietActions,
  ...messageActions,
  ...changingActions,
  ...scheduledActions,
  ...phraseActions,
  ...hidingActions,
  ...savedActions,
  ...reactionActions,
  ...mentionActions,
  ...receiptActions,
  ...readingActions,
  ...previewActions,
  ...pinActions,
  ...noteActions,
  ...reminderActions,
  ...pollActions,
  ...callActions,
  ...calendarActions,
  ...workActions,
  ...notificationActions,
  ...fileActions,
  ...mediaStoreActions,
  ...searchActions,
  ...regulationActions,
  ...auditActions,
  ...sealedActions,
  ...secrecyActions,
  ...rulesetActions,
  ...rescanActions,
  ...reportActions,
  ...streamActions,
};

/** Everything a client can learn. */
export const events = {
  ...accountEvents,
  ...deviceEvents,
  ...groupEvents,
  ...governingEvents,
  ...transferEvents,
  ...memberEvents,
  ...leavingEvents,
  ...requestEvents,
  ...invitationEvents,
  ...chatEvents,
  ...labelEvents,
  ...quietEvents,
  ...messageEvents,
  ...changingEvents,
  ...scheduledEvents,
  ...phraseEvents,
  ...hidingEvents,
  ...savedEvents,
  ...reactionEvents,
  ...receiptEvents,
  ...readingEvents,
  ...pinEvents,
  ...noteEvents,
  ...reminderEvents,
  ...pollEvents,
  ...callEvents,
  ...calendarEvents,
  ...fileEvents,
  ...regulationEvents,
  ...sealedEvents,
  ...secrecyEvents,
  ...rulesetEvents,
  ...rescanEvents,
  ...reportEvents,
};

/** Everything an answer can be besides the one wished for. */
export const problems = {
  ...problem.kinds,
  ...agencyProblems.kinds,
  ...accountProblems.kinds,
  ...importProblems.kinds,
  ...unitProblems.kinds,
  ...areaProblems.kinds,
  ...groupProblems.kinds,
  ...governingProblems.kinds,
  ...transferProblems.kinds,
  ...memberProblems.kinds,
  ...invitationProblems.kinds,
  ...linkProblems.kinds,
  ...labelProblems.kinds,
  ...messageProblems.kinds,
  ...changingProblems.kinds,
  ...scheduledProblems.kinds,
  ...savedProblems.kinds,
  ...reactionProblems.kinds,
  ...readingProblems.kinds,
  ...pinProblems.kinds,
  ...noteProblems.kinds,
  ...reminderProblems.kinds,
  ...pollProblems.kinds,
  ...callProblems.kinds,
  ...notificationProblems.kinds,
  ...fileProblems.kinds,
  ...regulationProblems.kinds,
  ...auditProblems.kinds,
  ...sealedProblems.kinds,
  ...secrecyProblems.kinds,
  ...rulesetProblems.kinds,
  ...rescanProblems.kinds,
  ...reportProblems.kinds,
};

export type ActionMap = typeof actions;
export type ActionName = keyof ActionMap;
export type EventMap = typeof events;
