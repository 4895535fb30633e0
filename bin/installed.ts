// Ends with 0 where node_modules holds just what package-lock.json says, else with 1. With --include=dev it looks at
// the parts for development too. npm writes node_modules/.package-lock.json last, so an installation cut short shows.
import { readFileSync } from 'node:fs';

interface Lock {
  packages: Record<
    string,
    { version?: string; integrity?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }
  >;
}

function isInstalled(withDev: boolean): boolean {
  const read = (file: string): Lock => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')) as Lock;
  let there: Lock;
  try {
    there = read('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return Object.entries(read('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '' || ((wanted.dev || wanted.devOptional) && !withDev)) return true;
    const found = there.packages[path];
    // An optional one may be for another machine.
    if (!found) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

process.exitCode = isInstalled(process.argv.includes('--include=dev')) ? 0 : 1;
