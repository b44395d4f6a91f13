/** As the registry knows the demonstration service. Its secret is in the source: it opens a demonstration only. */
export const DEMO_SERVICE = Object.freeze({
  key: 'service-de-demonstration',
  name: 'Service de démonstration',
  secret: 'secret-of-the-demonstration-service-only',
});
