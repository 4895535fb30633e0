import { backupJobs } from '../server/backup/jobs.ts';
import type { Features, House } from '../server/house.ts';
import { createPerform } from '../server/perform.ts';
import type { Perform } from '../server/perform.ts';
import type { OpenHouse } from '../server/open.ts';
import { streamHandlers } from '../server/stream-handlers.ts';
import { openPushDoor } from '../server/push/door.ts';
import { openSms } from '../server/sms/open.ts';
import { operatorOf } from './accounts/access.ts';
import { accountHandlers, accountsAgain } from './accounts/server.ts';
import { challengeJob, openCodes } from './accounts/server/codes.ts';
import { helpContact, isSetUp, setupCode } from './agency/access.ts';
import { setupPath, shownSetupCode } from './agency/rules.ts';
import { agencyAgain, agencyHandlers } from './agency/server.ts';
import { loadMap } from './areas/map.ts';
import { areaHandlers } from './areas/server.ts';
import { auditLog, openAppender, writeOwnAct } from './audit/access.ts';
import { openWalker } from './audit/chain/walker.ts';
import { auditHandlers, chainJob, walkJob } from './audit/server.ts';
import { calendarHandlers, calendarRoutes } from './calendar/server.ts';
import { openCalls } from './calls/server.ts';
import { openMediaServer } from './calls/server/media-server.ts';
import { chatHandlers } from './chats/server.ts';
import { sessionJob, sessionKeeper } from './devices/access.ts';
import { deviceHandlers } from './devices/server.ts';
import { directoryHandlers } from './directory/server.ts';
import { importHandlers } from './directory/server/import.ts';
import { openFiles } from './files/server.ts';
import { sealedBlobs } from './files/vault/sealed.ts';
import { groupScope } from './groups/access.ts';
import { groupHandlers } from './groups/server.ts';
import { groupEndsJob } from './groups/server/ends.ts';
import { governingHandlers } from './groups/server/governing.ts';
import { transferHandlers } from './groups/server/transfer.ts';
import { guideRoutes } from './guide/server.ts';
import { takeInvitations } from './invitations/access.ts';
import { invitationHandlers } from './invitations/server.ts';
import { labelHandlers } from './labels/server.ts';
import { linkHandlers, linkRoutes } from './links/server.ts';
import { memberHandlers } from './members/server.ts';
import { comparingHandlers } from './members/server/comparing.ts';
import { endsJob } from './members/server/ends.ts';
import { leavingHandlers } from './members/server/leaving.ts';
import { mentionHandlers } from './mentions/server.ts';
import { messageHandlers, pruneJob, streamReader } from './messages/server.ts';
import { openCards } from './messages/access.ts';
import { hidingHandlers } from './messages/server/hiding.ts';
import { formOf } from './messages/server/form.ts';
import { changingHandlers } from './messages/server/changing.ts';
import { insertNotices } from './messages/store.ts';
import { noteHandlers } from './notes/server.ts';
import { notificationHandlers } from './notifications/server.ts';
import { digestJob } from './notifications/server/digest.ts';
import { openNotifier } from './notifications/server/notifier.ts';
import { urgentTextsJob } from './notifications/server/urgent-texts.ts';
import { phraseHandlers } from './phrases/server.ts';
import { photoRoutes } from './photos/server.ts';
import { reactionHandlers } from './reactions/server.ts';
import { quietHandlers } from './quiet/server.ts';
import { pinEndsJob, pinHandlers } from './pins/server.ts';
import { pollHandlers } from './polls/server.ts';
import { pollEndsJob } from './polls/server/closing.ts';
import { previewHandlers, previewJob, previewRoutes } from './previews/server.ts';
import { receiptHandlers } from './receipts/server.ts';
import { readingHandlers } from './receipts/server/reading.ts';
import { regulationHandlers, regulationRoutes } from './regulation/server.ts';
import { reminderHandlers } from './reminders/server.ts';
import { openFiring } from './reminders/server/firing.ts';
import { reportHandlers, withdrawalsJob } from './reports/server.ts';
import { requestHandlers, requestsJob } from './requests/server.ts';
import { savedHandlers } from './saved/server.ts';
import { scheduledHandlers } from './scheduled/server.ts';
import { openSender } from './scheduled/server/sender.ts';
import { sealedHandlers, sealedJob } from './sealed/server.ts';
import { searchHandlers } from './search/server.ts';
import { searchJob } from './search/server/indexer.ts';
import { openSecrecy } from './secrecy/server.ts';
import { openRescans } from './secrecy/server/rescan.ts';
import { unitHandlers } from './units/server.ts';
import { workHandlers } from './work/server.ts';

/** Opens every feature of a house, in the order of a tour of the product. */
export async function openFeatures(
  house: House,
  { openMedia = openMediaServer }: { readonly openMedia?: typeof openMediaServer } = {},
): Promise<Features> {
  await loadMap(house.db);
  const groups = groupScope(house);
  const sessions = sessionKeeper(house);
  const streams = streamReader(house);
  const sms = openSms(house);
  const codes = openCodes(house, sms);
  const pushes = openPushDoor(house);
  const notifier = openNotifier(house, pushes);
  const appender = openAppender(house);
  const walker = openWalker(house, appender);
  const secrecy = await openSecrecy(house, insertNotices);
  const { guard } = secrecy;
  const files = await openFiles(house, guard, insertNotices);
  const rescans = openRescans({
    house,
    rulebook: secrecy.rulebook,
    checker: secrecy.checker,
    writeNotices: insertNotices,
    read: ({ blob, bytes, key }) => files.vault.read({ id: blob, bytes, key }, 0, bytes),
    removeGone: () => files.removeGone(),
  });
  // What is sent at its time goes the way of every act, in the name of who wrote it.
  let perform: Perform | undefined;
  const onSent = (list: Parameters<typeof notifier.wake>[0]): void => notifier.wake(list);
  const cards = openCards({ onSent });
  const sender = openSender(house, () => (perform ??= createPerform(house, features)));
  const firing = openFiring(house, cards);
  const calls = openCalls(house, {
    cards,
    onRings: () => notifier.rang(),
    writeNotices: insertNotices,
    openMedia,
  });
  const features: Features = {
    handlers: {
      ...agencyHandlers(house),
      ...accountHandlers(house, { codes, onRegistered: [takeInvitations] }),
      ...deviceHandlers(house),
      ...directoryHandlers(house),
      ...importHandlers(house),
      ...unitHandlers(house),
      ...areaHandlers(house),
      ...groupHandlers(house),
      ...governingHandlers(),
      ...transferHandlers(),
      ...memberHandlers(house),
      ...comparingHandlers(),
      ...leavingHandlers(),
      ...requestHandlers(),
      ...linkHandlers(),
      ...invitationHandlers(),
      ...chatHandlers(house),
      ...labelHandlers(),
      ...quietHandlers(),
      ...messageHandlers(house, { onSent }),
      ...changingHandlers(house),
      ...scheduledHandlers(sender, formOf),
      ...phraseHandlers(),
      ...hidingHandlers(),
      ...savedHandlers(),
      ...reactionHandlers(house),
      ...mentionHandlers(),
      ...receiptHandlers(house),
      ...readingHandlers(house),
      ...previewHandlers(house, { guard }),
      ...pinHandlers(),
      ...noteHandlers(house, cards),
      ...reminderHandlers(house, cards, firing),
      ...pollHandlers(house, cards),
      ...calls.handlers,
      ...calendarHandlers(),
      ...workHandlers(),
      ...notificationHandlers(house, pushes),
      ...files.handlers,
      ...searchHandlers(),
      ...regulationHandlers(house),
      ...auditHandlers(house, { appender, walker }),
      ...sealedHandlers(house),
      ...secrecy.handlers,
      ...rescans.handlers,
      ...reportHandlers(house, files),
      ...streamHandlers(house, streams),
    },
    again: { ...agencyAgain, ...accountsAgain },
    groups,
    sessions,
    streams,
    writeNotices: insertNotices,
    audit: auditLog(house, appender),
    guard,
    jobs: [
      challengeJob(house),
      sessionJob(house),
      pruneJob(house),
      endsJob(house, insertNotices),
      groupEndsJob(house, insertNotices),
      requestsJob(house, insertNotices),
      ...firing.jobs,
      ...calls.jobs,
      pinEndsJob(house, insertNotices),
      pollEndsJob(house, insertNotices),
      files.job,
      chainJob(house, appender),
      walkJob(house, walker),
      ...backupJobs(house, sealedBlobs(house.config), (act, details) =>
        writeOwnAct(house.db, { act, topic: 'log', at: house.now(), details }),
      ),
      ...notifier.jobs,
      digestJob(house),
      urgentTextsJob(house, sms),
      ...sender.jobs,
      sealedJob(house),
      ...secrecy.jobs,
      rescans.job,
      withdrawalsJob(house),
      previewJob(house),
      searchJob(house),
    ],
    routes: [
      ...photoRoutes(house),
      ...files.routes,
      ...linkRoutes(house),
      ...previewRoutes(house),
      ...calendarRoutes(house),
      ...regulationRoutes(house),
      ...(await guideRoutes(() => helpContact(house.db))),
    ],
    intakes: files.intakes,
    operator: () => operatorOf(house.db),
    async close() {
      await sender.close();
      await firing.close();
      await calls.close();
      // What is being read ends with it, and comes again at the next start.
      await rescans.close();
      await secrecy.close();
      await files.close();
      await appender.close();
      await codes.settled();
      await notifier.close();
      await sms.close();
    },
  };
  return features;
}

/** What the terminal says once the house is open: where it is, and what to do next. */
export async function greeting({ house }: OpenHouse): Promise<string> {
  const { publicUrl, sms } = house.config;
  const lines = ['', `Nhà Rông is open at ${publicUrl}`];
  if (!(await isSetUp(house.db))) {
    const code = setupCode(house);
    lines.push(
      '',
      'Set it up: open this address (it carries the set-up code).',
      `  ${publicUrl}${setupPath(code)}`,
      `Mã thiết lập / Set-up code: ${shownSetupCode(code)}`,
      'Or from a script: bin/nharong setup --org … --area 52 --admin-phone … --admin-name …',
    );
  }
  if (sms.provider === 'console')
    lines.push('', 'Sign-in codes are printed here, not sent. See SMS_PROVIDER in docs/operating.md.');
  lines.push('');
  return lines.join('\n');
}
