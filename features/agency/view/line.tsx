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

/** Where the agency is: what an area is most likely to be. */
export function agencyArea(): { code: string; title: string } | undefined {
  return agency.value?.area ?? undefined;
}
