package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DoorTest {
    private final AtomicReference<Object> run = new AtomicReference<>();
    private final Door door = new Door(run::get);

    @Test
    void itIsOpenInTheRunInWhichTheNewestCopiesWereHere() {
        assertThat(door.isOpen()).as("never opened, never active").isFalse();
        Object first = new Object();
        run.set(first);
        assertThat(door.isOpen()).isFalse();
        door.open(first);
        assertThat(door.isOpen()).isTrue();
        run.set(null);
        assertThat(door.isOpen()).as("deactivated").isFalse();
        Object second = new Object();
        run.set(second);
        assertThat(door.isOpen()).as("activated again").isFalse();
        door.open(first);
        assertThat(door.isOpen()).as("whoever looked did so before").isFalse();
        door.open(second);
        assertThat(door.isOpen()).isTrue();
    }

    @Test
    void whatBeganInAnotherRunIsNotOfThisOne() {
        Object first = new Object();
        Object second = new Object();
        run.set(first);
        door.open(first);
        assertThat(door.isOpenIn(first)).isTrue();
        run.set(second);
        assertThat(door.isOpenIn(first)).isFalse();
        door.open(second);
        assertThat(door.isOpenIn(first)).as("also where it is open again").isFalse();
        assertThat(door.isOpenIn(null)).as("began where nothing was active").isFalse();
    }
}
