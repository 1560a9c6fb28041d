/** Where the gateway answers: beside the page, whatever path it is served below. */
export function gatewayUrl(): URL {
  return new URL('graphql', document.baseURI);
}
