package io.durableserver.spi;

import static io.durableserver.spi.RuntimeEvent.Severity.ERROR;
import static io.durableserver.spi.RuntimeEvent.Severity.INFO;
import static io.durableserver.spi.RuntimeEvent.Severity.WARN;

/**
 * A fact about a node as a member of its cluster: what its platform does before the durable servers start, between two starts of them and
 * beside them. What comes while none run is heard by the listeners of those that start next.
 */
public sealed interface ClusterEvent extends RuntimeEvent {
    /** The name of the node it happened to. */
    String node();

    /** A new cluster, which has never been active, begins to serve. */
    @Told(severity = INFO, text = "{node} activates the new cluster: {servers} server nodes have joined")
    record ClusterActivated(String node, int servers) implements ClusterEvent {}

    /** The next change of the cluster tries again. */
    @Told(severity = WARN, text = "{node} could not activate the cluster: {problem}")
    record ActivationFailed(String node, String problem) implements ClusterEvent {}

    @Told(severity = ERROR, text = "{node}: the durable servers of {prefix} cannot start; this is tried again")
    record PrefixNotStarted(String node, String prefix, ErrorCode code, Throwable error) implements ClusterEvent {}

    /** Told again when it is refused for another reason. */
    @Told(
            severity = ERROR,
            text = "{node}: the durable servers of {prefix} cannot start until the cluster changes: {problem}")
    record PrefixRefused(String node, String prefix, ErrorCode code, String problem) implements ClusterEvent {}

    /** By the rules of this node, which is the oldest one; at most once a minute for each member. */
    @Told(severity = WARN, text = "{node} does not let {member} in: {problem}")
    record JoinRefused(String node, String member, String problem) implements ClusterEvent {}

    /** It is not let in for now. */
    @Told(severity = ERROR, text = "{node} cannot say whether {member} may join")
    record JoinUndecided(String node, String member, Throwable error) implements ClusterEvent {}

    /** This node, the oldest one, does not host a prefix, and so cannot ask its store about nodes that join. */
    @Told(
            severity = ERROR,
            text =
                    "{node} is the oldest server node, and does not host the prefix {prefix}: while partitions of it are lost, nothing"
                            + " keeps out a node whose older copies would win. Configure the prefix on all server nodes")
    record JoinUnguarded(String node, String prefix) implements ClusterEvent {}

    /** The cluster does not let it in yet, or what it is to join is not there. */
    @Told(severity = WARN, text = "{node} waits before it joins: {problem}")
    record JoinWaits(String node, String problem) implements ClusterEvent {}

    /** It goes on as its settings say. */
    @Told(severity = WARN, text = "{node} could not join at {places}, where it was to go")
    record PlaceNotJoined(String node, String places, Throwable error) implements ClusterEvent {}

    /** By an operator, of the side that this node is on. */
    @Told(severity = WARN, text = "{node} leaves, as an operator gave up the side of nodes {nodes}, and joins {kept}")
    record SideGivenUp(String node, String nodes, String kept) implements ClusterEvent {}

    @Told(severity = ERROR, text = "{node} cannot give up its side")
    record SideNotGivenUp(String node, Throwable error) implements ClusterEvent {}

    /** By an operator, on this node, whose side is kept. */
    @Told(severity = WARN, text = "{node} gave up the side of nodes {nodes}: they leave, and join this one")
    record SideDismissed(String node, String nodes) implements ClusterEvent {}

    /** A node of a split was asked about its side. */
    @Told(severity = WARN, text = "{node} was not answered by {member} about a side of a split")
    record SideSilent(String node, String member, Throwable error) implements ClusterEvent {}

    /** After its side was given up. */
    @Told(severity = WARN, text = "{node} gave up its side: what it had stored is now in {directory}")
    record DataSetAside(String node, String directory) implements ClusterEvent {}

    /** A node answers there that lets no visitor in. */
    @Told(severity = INFO, text = "{node} cannot look into the cluster at {at}: {problem}")
    record ClusterClosed(String node, String at, String problem) implements ClusterEvent {}

    /** Bytes that came are no messages, or messages could not be sent; at most once a minute for each member. */
    @Told(severity = WARN, text = "{node}: messages from or to {member} were lost: {problem}")
    record MessagesLost(String node, String member, String problem) implements ClusterEvent {}

    /** They did not say within some seconds which node they are from; at most once a minute. */
    @Told(
            severity = WARN,
            text =
                    "{node} closed {connections} connections to its communication port that are no nodes', the last from {at}. Only"
                            + " nodes of the cluster should reach it (firewall, TLS)")
    record ConnectionsClosed(String node, long connections, String at) implements ClusterEvent {}

    /** A step of its life after its first start: it leaves, waits, joins again or ends. */
    @Told(severity = INFO, text = "{node} is {phase}: {problem}")
    record NodeMoves(String node, String phase, String problem) implements ClusterEvent {}

    @Told(severity = INFO, text = "{node} is in a cluster again")
    record NodeRejoined(String node) implements ClusterEvent {}

    @Told(severity = WARN, text = "{node} could not join")
    record RejoinFailed(String node, Throwable error) implements ClusterEvent {}

    /** It does not serve where it is, and nodes outside of its cluster answer: it goes there. */
    @Told(severity = WARN, text = "{node} cannot serve where it is, and goes to {places}")
    record NodeStranded(String node, String places) implements ClusterEvent {}

    /** Its stop takes longer than it may. */
    @Told(severity = ERROR, text = "{node} does not end: it waits for {what}")
    record StopHangs(String node, String what) implements ClusterEvent {}

    @Told(severity = ERROR, text = "{node} has trouble with its disk ({trouble}): {problem}")
    record DiskTroubled(String node, String trouble, String problem) implements ClusterEvent {}

    /** Its platform failed; the process lives on. */
    @Told(severity = ERROR, text = "{node} is stopped, and the process lives on. {problem}")
    record NodeFailed(String node, String problem, Throwable error) implements ClusterEvent {}

    @Told(
            severity = ERROR,
            text = "{node}: the JVM is out of memory and is halted; see -Xmx and -XX:MaxDirectMemorySize")
    record MemoryExhausted(String node, Throwable error) implements ClusterEvent {}

    /** Maybe the node was renamed. */
    @Told(
            severity = WARN,
            text =
                    "{node} begins with an empty store: {directory} holds data of {nodes} and none of it. Was it renamed?")
    record WorkDirectoryForeign(String node, String directory, String nodes) implements ClusterEvent {}

    /** More waited for the listener of a watch than may, and was dropped: it is told everything anew. Not told again until nothing waits for it. */
    @Told(
            severity = WARN,
            text =
                    "{node}: the watch of '{keys}' in {map} is behind: what waited for its listener was dropped, and it begins anew")
    record WatchBehind(String node, String map, String keys) implements ClusterEvent {}

    /** Its listener has been in one call for 10 s or more, and holds a thread. */
    @Told(severity = WARN, text = "{node}: the listener of the watch of '{keys}' in {map} does not return from a call")
    record WatchStuck(String node, String map, String keys) implements ClusterEvent {}

    /** After {@link WatchStuck}. */
    @Told(severity = INFO, text = "{node}: the listener of the watch of '{keys}' in {map} has returned")
    record WatchReturned(String node, String map, String keys) implements ClusterEvent {}

    /** A small file in which a node keeps what it has to remember. */
    @Told(severity = WARN, text = "{node} cannot use {file}: {problem}")
    record FileUnusable(String node, String file, String problem, Throwable error) implements ClusterEvent {}
}
