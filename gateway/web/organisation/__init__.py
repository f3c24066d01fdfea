"""An organisation as whoever administers it sees it: people and their roles, requests, invitations, LRMS keys and clients."""
