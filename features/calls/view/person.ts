import { call } from '../../../web/connection.ts';
import type { CallKind } from '../rules.ts';
import { calls } from '../state.ts';
import { startCall, told } from './begin.ts';

/** Calls somebody from wherever they are shown; the conversation of the two is opened for it. */
export async function callPerson(account: string, kind: CallKind): Promise<void> {
  await told(async () => {
    const { group } = await call('group.openPair', { account });
    const state = calls.peek();
    if (state) await startCall(state, group, kind);
  });
}
