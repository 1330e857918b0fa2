import { isIpv4, isIpv6 } from '../../../model/kubernetes/names.ts';

/** An IPv4 address without leading zeros, or an IPv6 address without a zone. */
export function isIpAddress(text: string): boolean {
  return (isIpv4(text) && !/(?:^|\.)0[0-9]/.test(text)) || isIpv6(text);
}
