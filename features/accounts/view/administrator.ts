import { me } from '../state.ts';

/** Has whoever is at this page the rights of an administrator? Undefined until it is known who that is. */
export function isAdministrator(): boolean | undefined {
  return me.value?.self.value?.administrator;
}

/** May whoever is at this page read the agency’s audit log? */
export function isAuditor(): boolean {
  const self = me.value?.self.value;
  return self?.administrator === true || self?.auditor === true;
}

/** Does what concerns secrecy come to whoever is at this page? */
export function isOfficer(): boolean {
  const self = me.value?.self.value;
  return self?.administrator === true || self?.officer === true;
}

/** The account at this page. */
export function ownAccount(): string | undefined {
  return me.value?.self.value?.id;
}
