import { BlockList, isIP, isIPv6 } from 'node:net';

import type { Config } from './config.ts';

/** Whether an address is one of these, or lies in one of these networks (`10.0.0.0/8`). What is no address is in none. */
export function addressesIn(list: readonly string[]): (address: string) => boolean {
  const found = new BlockList();
  for (const it of list) {
    const [address = '', bits] = it.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) found.addAddress(address, family);
    else found.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain = withoutMapping(address);
    return isIP(plain) !== 0 && found.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}

/** An IPv4 address as it is, also where the machine writes it as one of IPv6. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * What limits count: an address of IPv4, a /64 of IPv6. Whoever has one address there has all of its /64, and would otherwise be as
 * many as they like.
 */
export function countedAs(address: string): string {
  const groups = groupsOf(address);
  return groups ? `${groups.slice(0, 4).join(':')}::/64` : withoutMapping(address);
}

/** The network an address belongs to: /24 of IPv4, /48 of IPv6. */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  if (groups) return `${groups.slice(0, 3).join(':')}::/48`;
  return `${withoutMapping(address).split('.').slice(0, 3).join('.')}.0/24`;
}

/** The eight groups of an address of IPv6, each in its shortest form; undefined for any other. */
function groupsOf(address: string): string[] | undefined {
  const plain = withoutMapping(address).replace(/%.*$/, '');
  if (!isIPv6(plain)) return undefined;
  const [left = [], right = []] = plain.split('::').map((part) => part.split(':').filter(Boolean));
  const gap = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...gap, ...right].map((it) => Number.parseInt(it, 16).toString(16));
}

/** How many times the usual an address may do: offices share one address behind their router. */
export function officeFactor({ officeNetworks }: Config): (address: string) => number {
  const offices = officeNetworks.map(({ network, factor }) => ({ includes: addressesIn([network]), factor }));
  return (address) => offices.find(({ includes }) => includes(address))?.factor ?? 1;
}
