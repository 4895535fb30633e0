import type { HelpContact } from '../../../web/help.ts';
import { displayName } from '../../../web/names.ts';
import { agency } from '../state.ts';
import { strings } from '../strings.ts';

/** “Trò chuyện công việc của …”: whose house this is. */
export function AgencyLine() {
  const name = agency.value?.name;
  return <>{name ? strings('workOf', { agency: name }) : strings('work')}</>;
}

/** May numbers that are not in the directory ask to register? */
export function isOpenToAll(): boolean {
  return agency.value?.registration === 'approval';
}

export function helpWords(contact: HelpContact): string {
  return displayName(contact.name);
}
