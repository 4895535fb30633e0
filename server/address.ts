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

/** How many times the usual an address may do: offices share one address behind their router. */
export function officeFactor({ officeNetworks }: Config): (address: string) => number {
  const offices = officeNetworks.map(({ network, factor }) => ({ includes: addressesIn([network]), factor }));
  return (address) => offices.find(({ includes }) => includes(address))?.factor ?? 1;
}
