/** Label that every replica of a compose service carries, so that rules can name a service. */
export const SERVICE_LABEL = 'com.docker.compose.service';
