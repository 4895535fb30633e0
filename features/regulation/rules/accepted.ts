/** Who stands so may send as far as the regulation goes: the version in force, or a later one, is accepted. */
export function hasAccepted(it: { readonly version: number; readonly accepted: number }): boolean {
  return it.accepted >= it.version;
}
