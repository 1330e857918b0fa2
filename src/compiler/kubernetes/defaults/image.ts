/** The tag of an image reference; `latest` when it has neither tag nor digest, undefined for no reference. */
export function imageTag(image: string): string | undefined {
  if (
    image.trim() !== image ||
    image === '' ||
    /[A-Z]/.test(image.split(/[:@]/)[0]?.split('/').slice(1).join('/') ?? '')
  ) {
    return undefined;
  }
  if (image.includes('@')) return image.split('@')[0]?.match(/:([\w][\w.-]*)$/)?.[1] ?? '';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon === -1 ? 'latest' : name.slice(colon + 1);
}
