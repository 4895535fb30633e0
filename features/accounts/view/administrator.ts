import { me } from '../state.ts';

/** Has whoever is at this page the rights of an administrator? Undefined until it is known who that is. */
export function isAdministrator(): boolean | undefined {
  return me.value?.self.value?.administrator;
}
