// Package webhook sends signed messages over HTTP to addresses that an admin has chosen. It must never call an address
// of the inside network, and never follow a redirect.
//
// The threat: anybody who may set an address can make this process call it, from inside the company's network and with
// its rights. So an inside address (loopback, private, link-local with the metadata services of clouds, ...) is
// refused twice. First when it is saved, so that the admin learns of it. Again at every dial, by the IP address that
// is really dialled, since a name may lead elsewhere by then (DNS rebinding). A redirect could lead inside as well,
// past the admin's choice, and would carry the signed body along, so it is a failure. A proxy of the environment
// would dial in our place without these checks, so none is used.
//
//   - webhook.go: checks an address, sends a message and judges the answer
//   - address.go: which addresses are valid, and which are public
//   - sign.go: signatures and secrets
//   - disconnect.go: tells a finance application that its billing organisation was disconnected
package webhook
