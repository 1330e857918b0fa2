import { isIpv4, isIpv6 } from '../../../model/kubernetes/names.ts';

/** An IPv4 or IPv6 address without a zone. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}
