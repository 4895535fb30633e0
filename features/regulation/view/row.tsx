import { icons } from '../../../web/ui/meanings.ts';
import { SettingRow } from '../../../web/ui/rows.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { hasAccepted } from '../rules/accepted.ts';
import { strings } from '../strings.ts';

/** Quy chế sử dụng, among the options of a group. */
export function RegulationRow({ chat }: { chat: Chat }) {
  const { version } = chat.regulation;
  const value =
    version === 0
      ? undefined
      : hasAccepted(chat.regulation)
        ? strings('versionOnly', { n: String(version) })
        : strings('notYet');
  return (
    <SettingRow
      icon={icons.regulation}
      label={strings('regulation')}
      value={value}
      valueTone={version > 0 && !hasAccepted(chat.regulation) ? 'gold' : 'plain'}
      href={`/chats/${chat.group}/regulation`}
    />
  );
}
