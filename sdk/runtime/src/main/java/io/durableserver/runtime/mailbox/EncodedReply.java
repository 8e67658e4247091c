package io.durableserver.runtime.mailbox;

/** A reply as the bytes that travel, and that are kept with a request id. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record EncodedReply(byte[] payload) {}
