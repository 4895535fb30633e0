import type { Device } from '../../../web/device.ts';
import { keepNotes } from '../../notes/view/use-notes.ts';
import { keepPolls } from '../../polls/view/use-polls.ts';
import { keepReminders } from '../../reminders/view/use-reminders.ts';
import { searchDevice } from '../../search/view/open.ts';
import { Boards } from '../state.ts';
import type { Read } from '../state.ts';

let of: Device | undefined;
let boards: Boards | undefined;

/** The boards of whoever is signed in at this page; made when the first of them is shown. */
export function useBoards(): Boards | undefined {
  const device = searchDevice.value;
  if (device !== of) {
    of = device;
    boards?.close();
    boards = device && new Boards(device, (read) => keep(device, read));
  }
  return boards;
}

/** Read with the board, so that no card asks for itself again. */
function keep(device: Device, read: Read): void {
  keepNotes(device, read.notes);
  keepReminders(device, read.reminders);
  keepPolls(device, read.polls);
}
